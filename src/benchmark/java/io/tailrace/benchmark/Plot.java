package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lines over a scale, which are told apart by colour and by the shape of their marks.
 *
 * @param xLabel what the scale below is
 * @param yLabel what the scale at the left is
 * @param series the lines, at least one
 */
record Plot(
    String title,
    String xLabel,
    String yLabel,
    List<Series> series,
    boolean logarithmicX,
    boolean logarithmicY) {

  /**
   * One line.
   *
   * @param x rising, and as many as {@code y}, at least one
   * @param dashed whether it has the colour and the marks of the line before it, of which it tells
   *     another figure
   */
  record Series(String name, List<Double> x, List<Double> y, boolean dashed) {

    Series(String name, List<Double> x, List<Double> y) {
      this(name, x, y, false);
    }
  }

  /** Around the origin, of about the same size for the eye. */
  private static final List<String> MARKS =
      List.of(
          "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
          "m-4.2 -4.2h8.4v8.4h-8.4z",
          "m0 -5.6l5.3 9.4h-10.6z",
          "m0 -6l6 6l-6 6l-6 -6z",
          "m0 5.6l5.3 -9.4h-10.6z",
          "m-1.7 -5.5h3.4v3.8h3.8v3.4h-3.8v3.8h-3.4v-3.8h-3.8v-3.4h3.8z",
          "m-6 -2.2h12v4.4h-12z");

  private static final int HEIGHT_OF_LINES = 260;
  private static final int LINE_HEIGHT = 21;
  private static final int SAMPLE = 30;
  private static final int GAP = 8;

  /** How far the line of a text is below the middle of its letters. */
  private static final double BASELINE = 4.5;

  /**
   * Draws it beside a page.
   *
   * @param name of the file, without its ending
   * @return the line of Markdown that shows it
   */
  String write(Path page, String name) throws IOException {
    Svg svg = new Svg(title);
    double legendEnd = legend(svg);
    double top = legendEnd + 2 * LINE_HEIGHT;
    double bottom = top + HEIGHT_OF_LINES;
    Axis vertical = Axis.of(values(Series::y), logarithmicY);
    Axis horizontal = Axis.of(values(Series::x), logarithmicX);
    double left =
        Svg.MARGIN
            + GAP
            + vertical.ticks().stream()
                .mapToDouble(tick -> Svg.width(Axis.label(tick)))
                .max()
                .orElseThrow();
    double right = Svg.WIDTH - Svg.MARGIN - 10;
    svg.text(Svg.MARGIN, top - GAP - BASELINE, Svg.Anchor.START, "muted", yLabel);
    for (double tick : vertical.ticks()) {
      double y = bottom - vertical.place(tick) * (bottom - top);
      svg.path("grid", Svg.line(left, y, right, y));
      svg.text(left - GAP, y + BASELINE, Svg.Anchor.END, "muted", Axis.label(tick));
    }
    svg.path("axis", Svg.line(left, bottom, right, bottom));
    for (double tick : horizontal.ticks()) {
      double x = left + horizontal.place(tick) * (right - left);
      svg.path("axis", Svg.line(x, bottom, x, bottom + 5));
      svg.text(x, bottom + LINE_HEIGHT, Svg.Anchor.MIDDLE, "muted", Axis.label(tick));
    }
    svg.text((left + right) / 2, bottom + 2 * LINE_HEIGHT, Svg.Anchor.MIDDLE, "muted", xLabel);
    for (int i = 0; i < series.size(); i++) {
      Series each = series.get(i);
      StringBuilder line = new StringBuilder();
      StringBuilder marks = new StringBuilder();
      for (int point = 0; point < each.x().size(); point++) {
        double x = left + horizontal.place(each.x().get(point)) * (right - left);
        double y = bottom - vertical.place(each.y().get(point)) * (bottom - top);
        line.append(Page.format("%s%.1f %.1f", point == 0 ? "M" : "L", x, y));
        marks.append(mark(i, x, y));
      }
      draw(svg, i, line.toString(), marks.toString());
    }
    return svg.write(page, name, bottom + 3 * LINE_HEIGHT, description());
  }

  /** Names the lines below the title, as many beside each other as there is room for. */
  private double legend(Svg svg) {
    double x = Svg.MARGIN;
    double y = Svg.MARGIN + 2 * LINE_HEIGHT - GAP;
    for (int i = 0; i < series.size(); i++) {
      String name = series.get(i).name();
      double width = SAMPLE + GAP + Svg.width(name);
      if (x > Svg.MARGIN && x + width > Svg.WIDTH - Svg.MARGIN) {
        x = Svg.MARGIN;
        y += LINE_HEIGHT;
      }
      draw(svg, i, Svg.line(x, y, x + SAMPLE, y), mark(i, x + SAMPLE / 2.0, y));
      svg.text(x + SAMPLE + GAP, y + BASELINE, Svg.Anchor.START, "", name);
      x += width + 3 * GAP;
    }
    return y;
  }

  private void draw(Svg svg, int number, String line, String marks) {
    String colour = " c" + look(number) % Svg.COLOURS;
    svg.path((series.get(number).dashed() ? "line dashed" : "line") + colour, line);
    svg.path("mark" + colour, marks);
  }

  private String mark(int number, double x, double y) {
    return Page.format("M%.1f %.1f", x, y) + MARKS.get(look(number) % MARKS.size());
  }

  /** Which of the lines with a look of their own it is, or belongs to. */
  private int look(int number) {
    long own = series.stream().limit(number + 1).filter(each -> !each.dashed()).count();
    return Math.max(0, (int) own - 1);
  }

  private List<Double> values(Function<Series, List<Double>> scale) {
    return series.stream().map(scale).flatMap(List::stream).toList();
  }

  private String description() {
    return yLabel
        + " over "
        + xLabel
        + ": "
        + series.stream().map(Series::name).collect(Collectors.joining("; "));
  }
}
