package io.tailrace.run;

/**
 * Prints a text that is looked at again and again, such as the rows of a report, whenever it has
 * changed.
 *
 * <p>The rows of one refresh reach the database one part after the other, so the text is printed
 * when two looks have found the same; while it never rests, at each {@value #LOOKS_WITHOUT_REST}th
 * look.
 */
public final class ChangedBatches {

  private static final int LOOKS_WITHOUT_REST = 10;

  private final NumberedBatches batches;
  private String printed;
  private String seen;
  private int looks;

  public ChangedBatches(NumberedBatches batches) {
    this.batches = batches;
  }

  /** Takes the first text for printed: what is there at the start is no news. */
  public void begin(String first) {
    if (printed == null) {
      printed = first;
    }
  }

  /** Takes the text as it is now. */
  public void look(String now) {
    looks = now.equals(printed) ? 0 : looks + 1;
    if (looks > 0 && (now.equals(seen) || looks >= LOOKS_WITHOUT_REST)) {
      print(now);
    }
    seen = now;
  }

  /** Takes the text as it is at the end, which is printed unless it was. */
  public void end(String last) {
    if (!last.equals(printed)) {
      print(last);
    }
  }

  private void print(String now) {
    batches.print(now);
    printed = now;
    looks = 0;
  }
}
