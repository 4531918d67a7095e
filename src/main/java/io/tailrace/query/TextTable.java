package io.tailrace.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jline.utils.WCWidth;

/**
 * Rows as a table with borders, for terminals and files. Each row is one line, whatever is in the
 * data: what would move the cursor is written as its code.
 *
 * @param names of the columns
 * @param numbers which columns are numbers, which are aligned to the right and never cut
 * @param cells the rows, whose values are null for NULL
 */
public record TextTable(String[] names, boolean[] numbers, List<String[]> cells) {

  /** Lines of a table that are no rows: borders and names. */
  public static final int FRAME_LINES = 4;

  private static final String CUT = "…";

  /** A column of texts is not made narrower than this, unless it is as it is. */
  private static final int NARROWEST = 8;

  /** Of a column: its borders, blanks included. */
  private static final int AROUND_CELL = 3;

  /** The lines, as wide as the values are. */
  public List<String> lines() {
    return lines(printable(), names.length);
  }

  /**
   * The lines, none of which is wider than a screen: wide texts are cut, and columns are left out
   * where that is not enough.
   *
   * @param width the columns of the screen, which wide characters take two of
   */
  public List<String> lines(int width) {
    List<String[]> rows = printable();
    int[] natural = widths(rows);
    int columns = names.length;
    while (columns > 1 && total(narrowest(natural), columns) > width) {
      columns--;
    }
    int[] widths = fitted(natural, columns, width);
    List<String[]> fitting = new ArrayList<>();
    for (String[] row : rows) {
      String[] cut = new String[columns];
      for (int i = 0; i < columns; i++) {
        cut[i] = cut(row[i], widths[i]);
      }
      fitting.add(cut);
    }
    return lines(fitting, columns).stream().map(line -> cut(line, width)).toList();
  }

  /** How many columns {@link #lines(int)} leaves out. */
  public int columnsLeftOut(int width) {
    int[] narrowest = narrowest(widths(printable()));
    return (int)
        IntStream.rangeClosed(2, names.length).filter(n -> total(narrowest, n) > width).count();
  }

  private int[] narrowest(int[] natural) {
    return IntStream.range(0, natural.length)
        .map(i -> numbers[i] ? natural[i] : Math.min(NARROWEST, natural[i]))
        .toArray();
  }

  private static int total(int[] widths, int columns) {
    return 1 + IntStream.range(0, columns).map(i -> widths[i] + AROUND_CELL).sum();
  }

  /** Takes from the widest column of texts until all have room. */
  private int[] fitted(int[] natural, int columns, int width) {
    int[] widths = natural.clone();
    int[] narrowest = narrowest(natural);
    for (int over = total(widths, columns) - width; over > 0; over--) {
      int widest = -1;
      for (int i = 0; i < columns; i++) {
        if (widths[i] > narrowest[i] && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  /** The names, and then the rows, as they are printed. */
  private List<String[]> printable() {
    List<String[]> rows = new ArrayList<>();
    rows.add(Arrays.stream(names).map(TextTable::printable).toArray(String[]::new));
    cells.forEach(
        row -> rows.add(Arrays.stream(row).map(TextTable::printable).toArray(String[]::new)));
    return rows;
  }

  private int[] widths(List<String[]> rows) {
    int[] widths = new int[names.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    return widths;
  }

  private List<String> lines(List<String[]> rows, int columns) {
    int[] widths = widths(rows);
    StringBuilder border = new StringBuilder("+");
    for (int i = 0; i < columns; i++) {
      border.append("-".repeat(widths[i] + 2)).append('+');
    }
    List<String> lines = new ArrayList<>();
    lines.add(border.toString());
    lines.add(line(rows.get(0), widths, new boolean[columns]));
    lines.add(border.toString());
    rows.subList(1, rows.size()).forEach(row -> lines.add(line(row, widths, numbers)));
    lines.add(border.toString());
    return lines;
  }

  private static String line(String[] row, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < row.length; i++) {
      String space = " ".repeat(widths[i] - width(row[i]));
      line.append(' ').append(right[i] ? space + row[i] : row[i] + space).append(" |");
    }
    return line.toString();
  }

  /** A text that is not wider than this. */
  public static String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = width(CUT);
    for (int c : text.codePoints().toArray()) {
      used += width(c);
      if (used > width) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return width < width(CUT) ? "" : cut + CUT;
  }

  /** How many columns of a terminal a text takes. */
  static int width(String text) {
    return text.codePoints().map(TextTable::width).sum();
  }

  private static int width(int character) {
    return Math.max(0, WCWidth.wcwidth(character));
  }

  /** A value in one line, whatever is in the data; null reads NULL. */
  public static String printable(String value) {
    if (value == null) {
      return "NULL";
    }
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                text.append(String.format("\\x%02x", c));
              } else if (movesText(c)) {
                text.append(String.format("\\u%04x", c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.toString();
  }

  /** Whether a character ends a line, or has what follows written in another direction. */
  private static boolean movesText(int character) {
    return switch (Character.getType(character)) {
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
      default ->
          character >= 0x202A && character <= 0x202E || character >= 0x2066 && character <= 0x2069;
    };
  }
}
