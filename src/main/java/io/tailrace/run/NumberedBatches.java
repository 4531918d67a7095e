package io.tailrace.run;

import java.io.PrintStream;

/** Prints texts one after the other, each with its number, or one alone without. */
public final class NumberedBatches {

  private static final String LINE = "-------------------------------------------";

  private final PrintStream out;
  private final boolean numbered;
  private int next;

  public NumberedBatches(PrintStream out, boolean numbered) {
    this.out = out;
    this.numbered = numbered;
  }

  /** Prints a text, such as a table, without its last end of line. */
  public void print(String text) {
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
  public boolean isGone() {
    return out.checkError();
  }
}
