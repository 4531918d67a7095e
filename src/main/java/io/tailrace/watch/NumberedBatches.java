package io.tailrace.watch;

import java.io.PrintStream;

/** Prints views one after the other, each with its number, or one alone without. */
final class NumberedBatches {

  private static final String LINE = "-------------------------------------------";

  private final PrintStream out;
  private final boolean numbered;
  private int next;

  NumberedBatches(PrintStream out, boolean numbered) {
    this.out = out;
    this.numbered = numbered;
  }

  /** Prints the text of a view. */
  void print(String text) {
    if (numbered) {
      out.printf("%s%nBatch: %d%n%s%n", LINE, next, LINE);
    }
    out.println(text);
    if (numbered) {
      out.println();
    }
    out.flush();
    next++;
  }

  /** Whether nobody reads them any more. */
  boolean isGone() {
    return out.checkError();
  }

  /** A view as a table, and how many rows there are. */
  static String text(View view) {
    int shown = view.table().cells().size();
    return String.format(
        "%s%n(%,d %s%s)",
        String.join(System.lineSeparator(), view.table().lines()),
        view.total(),
        view.total() == 1 ? "row" : "rows",
        view.total() > shown ? String.format(", the first %,d are shown", shown) : "");
  }
}
