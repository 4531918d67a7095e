package io.tailrace.watch;

import io.tailrace.query.TextTable;
import java.util.List;

/**
 * A result at a moment.
 *
 * @param table the first of its rows, or the newest, the last one last
 * @param total how many rows there are; of the newest, how many these are
 * @param isNewest whether the rows are the newest
 * @param status lines on how far the run is
 */
record View(TextTable table, long total, boolean isNewest, List<String> status) {

  /** The rows as a table, and how many there are. */
  String text() {
    int shown = table.cells().size();
    return String.format(
        "%s%n(%,d %s%s)",
        String.join(System.lineSeparator(), table.lines()),
        total,
        total == 1 ? "row" : "rows",
        total > shown ? String.format(", the first %,d are shown", shown) : "");
  }
}
