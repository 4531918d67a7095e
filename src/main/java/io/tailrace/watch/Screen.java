package io.tailrace.watch;

import io.tailrace.query.TextTable;
import java.util.ArrayList;
import java.util.List;

/** What a view looks like on a screen: never more lines than it has, and none that is too wide. */
final class Screen {

  /** Below what is drawn is the cursor. */
  private static final int CURSOR_LINES = 1;

  private Screen() {}

  /** How many rows a screen has room for where nothing else is on it. */
  static int room(Terminal.Size size) {
    return Math.max(1, size.lines() - CURSOR_LINES - TextTable.FRAME_LINES);
  }

  /** The lines of a view. */
  static List<String> lines(View view, Terminal.Size size) {
    List<String> status =
        view.status().stream().flatMap(line -> wrapped(line, size.columns()).stream()).toList();
    int room = Math.max(1, room(size) - status.size());
    List<String[]> cells = view.table().cells();
    int columnsLeft = view.table().columnsLeftOut(size.columns());
    long all = view.isNewest() ? 0 : view.total();
    if (all > room || columnsLeft > 0) {
      room = Math.max(1, room - 1);
    }
    int shown = Math.min(room, cells.size());
    int from = view.isNewest() ? cells.size() - shown : 0;
    TextTable fitting =
        new TextTable(
            view.table().names(), view.table().numbers(), cells.subList(from, from + shown));
    List<String> lines = new ArrayList<>(fitting.lines(size.columns()));
    List<String> more = new ArrayList<>();
    if (all > shown) {
      more.add(counted(all - shown, "more row"));
    }
    if (columnsLeft > 0) {
      more.add(counted(columnsLeft, "more column"));
    }
    if (!more.isEmpty()) {
      lines.add("and " + String.join(", ", more));
    }
    lines.addAll(status);
    return lines.stream()
        .map(line -> TextTable.cut(line, size.columns()))
        .limit(Math.max(1, size.lines() - CURSOR_LINES))
        .toList();
  }

  /** A text in as many lines as it needs, which begin with a word where that fits into one. */
  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      int end = blank > 0 ? blank : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(blank > 0 ? end + 1 : end);
    }
    lines.add(rest);
    return lines;
  }

  /** How many there are of something. */
  static String counted(long count, String what) {
    return String.format("%,d %s%s", count, what, count == 1 ? "" : "s");
  }
}
