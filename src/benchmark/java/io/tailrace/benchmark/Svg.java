package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A drawing in the making, as SVG with text that is text. It has a ground of its own and follows
 * the reader's colour scheme, so that it can be read on light and on dark pages. The same calls
 * give the same bytes.
 */
final class Svg {

  /** In pixels, as wide as the text of most pages. */
  static final int WIDTH = 720;

  /** Between the edge and all that is drawn, in pixels. */
  static final int MARGIN = 20;

  /** How many colours there are for what is told apart by colour. */
  static final int COLOURS = 8;

  /** Size of what is written, in pixels, but for titles. */
  private static final int FONT_SIZE = 13;

  /** Of a character, as a share of the font's size: more than that of most fonts. */
  private static final double WIDTH_PER_SIZE = 0.58;

  /** Beside the pages, as the pages name it. */
  private static final String FOLDER = "benchmarks";

  /** The colours are those of Okabe and Ito, in an order that has the clearest first. */
  private static final String STYLE =
      """
      <style>
      text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; \
      fill: #1f2328 }
      .title { font-size: 16px; font-weight: 600 }
      .muted { fill: #59636e }
      .ground { fill: #ffffff; stroke: #d1d9e0 }
      .grid { stroke: #d1d9e0 }
      .axis { stroke: #818b98 }
      .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round }
      .dashed { stroke-dasharray: 3 4 }
      .mark, .bar { fill: currentColor }
      .mark { stroke: #ffffff }
      .range { fill: none; stroke: #1f2328; stroke-width: 1.5 }
      .c0 { color: #0072b2 } .c1 { color: #d55e00 } .c2 { color: #009e73 } .c3 { color: #cc79a7 }
      .c4 { color: #e69f00 } .c5 { color: #56b4e9 } .c6 { color: #1f2328 } .c7 { color: #818b98 }
      .ours { color: #0072b2 } .peer { color: #afb8c1 }
      @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .muted { fill: #9198a1 }
      .ground { fill: #0d1117; stroke: #3d444d }
      .grid { stroke: #2f353d }
      .axis { stroke: #818b98 }
      .mark { stroke: #0d1117 }
      .range { stroke: #f0f6fc }
      .c0 { color: #56b4e9 } .c1 { color: #e69f00 } .c2 { color: #009e73 } .c3 { color: #cc79a7 }
      .c4 { color: #d55e00 } .c5 { color: #f0e442 } .c6 { color: #f0f6fc } .c7 { color: #9198a1 }
      .ours { color: #56b4e9 } .peer { color: #59636e }
      }
      </style>
      """;

  /** Where a text has the place that is given for it. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final String title;
  private final StringBuilder elements = new StringBuilder();

  Svg(String title) {
    this.title = title;
    text(MARGIN, MARGIN + 12, Anchor.START, "title", title);
  }

  /** About how wide a text is, in pixels, whatever font the reader has. */
  static double width(String text) {
    return text.length() * FONT_SIZE * WIDTH_PER_SIZE;
  }

  /** Writes a text on a line. */
  void text(double x, double y, Anchor anchor, String classes, String text) {
    elements.append(
        Page.format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>\n",
            x, y, anchor.name().toLowerCase(Locale.ROOT), classes, escape(text)));
  }

  /** Draws lines and shapes. */
  void path(String classes, String data) {
    elements.append(Page.format("<path class=\"%s\" d=\"%s\"/>\n", classes, data));
  }

  /** What {@link #path} draws as a straight line. */
  static String line(double fromX, double fromY, double toX, double toY) {
    return Page.format("M%.1f %.1fL%.1f %.1f", fromX, fromY, toX, toY);
  }

  /**
   * Writes the drawing beside a page, in the place of a former one.
   *
   * @param name of the file, without its ending
   * @param height in pixels
   * @param description what is to be seen, for those who cannot
   * @return the line of Markdown that shows it
   */
  String write(Path page, String name, double height, String description) throws IOException {
    Path folder = Files.createDirectories(page.toAbsolutePath().resolveSibling(FOLDER));
    Files.writeString(
        folder.resolve(name + ".svg"),
        Page.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\""
                    + " viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>%s</title>\n<desc>%s</desc>\n",
                WIDTH, height, WIDTH, height, escape(title), escape(description))
            + STYLE
            + Page.format(
                "<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%.0f\""
                    + " rx=\"6\"/>\n",
                WIDTH - 1, height - 1)
            + elements
            + "</svg>\n");
    String alternative = (title + ": " + description).replaceAll("[\\[\\]\\\\]", "");
    return "![" + alternative + "](" + FOLDER + "/" + name + ".svg)\n";
  }

  /** Text as SVG has it, without the marks that Markdown puts around code. */
  private static String escape(String text) {
    return text.replace("`", "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
