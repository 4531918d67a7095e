package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A figure of each contestant as the length of a bar, with its range over the rounds.
 *
 * @param unit of the figures, as is written above them
 * @param bars at least one
 */
record Bars(String title, String unit, List<Bar> bars) {

  /**
   * The figure of a contestant, from 0.
   *
   * @param least in any round
   * @param most in any round
   */
  record Bar(String name, double value, double least, double most) {}

  /** Those that are ours have a colour of their own. */
  private static final String OURS = "Tailrace";

  private static final int ROW_HEIGHT = 44;
  private static final int BAR_HEIGHT = 14;
  private static final int WHISKER = 4;
  private static final int GAP = 8;
  private static final int ROOM_FOR_VALUE = 70;

  /**
   * Draws it beside a page.
   *
   * @param name of the file, without its ending
   * @return the line of Markdown that shows it
   */
  String write(Path page, String name) throws IOException {
    Svg svg = new Svg(title);
    svg.text(Svg.MARGIN, Svg.MARGIN + 34, Svg.Anchor.START, "muted", unit);
    double left = Svg.MARGIN;
    double room = Svg.WIDTH - Svg.MARGIN - ROOM_FOR_VALUE - left;
    double longest = bars.stream().mapToDouble(Bars::end).max().orElseThrow();
    double scale = longest > 0 ? room / longest : 0;
    double top = Svg.MARGIN + 62;
    for (Bar bar : bars) {
      svg.text(left, top, Svg.Anchor.START, "", bar.name());
      double y = top + GAP;
      String colour = bar.name().startsWith(OURS) ? "ours" : "peer";
      svg.path(
          "bar " + colour,
          Page.format(
              "M%.1f %.1fh%.1fv%dh%.1fz",
              left, y, bar.value() * scale, BAR_HEIGHT, -bar.value() * scale));
      double middle = y + BAR_HEIGHT / 2.0;
      if (bar.most() > bar.least()) {
        svg.path("range", range(left + bar.least() * scale, left + bar.most() * scale, middle));
      }
      svg.text(
          left + end(bar) * scale + GAP, middle + 4.5, Svg.Anchor.START, "", label(bar.value()));
      top += ROW_HEIGHT;
    }
    return svg.write(page, name, top - ROW_HEIGHT / 2.0 + Svg.MARGIN, description());
  }

  private static double end(Bar bar) {
    return Math.max(bar.value(), bar.most());
  }

  private static String range(double from, double to, double middle) {
    return Svg.line(from, middle, to, middle)
        + Svg.line(from, middle - WHISKER, from, middle + WHISKER)
        + Svg.line(to, middle - WHISKER, to, middle + WHISKER);
  }

  private static String label(double value) {
    return Page.format(value < 1 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
  }

  private String description() {
    return unit
        + ": "
        + bars.stream()
            .map(bar -> bar.name() + ", " + label(bar.value()))
            .collect(Collectors.joining("; "));
  }
}
