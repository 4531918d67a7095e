package io.tailrace.watch;

/**
 * Prints a result whenever it has changed.
 *
 * <p>The rows of one refresh reach the database one part after the other, so it is printed when two
 * looks have found the same; while it never rests, now and then.
 */
final class Changes implements Display {

  private static final int LOOKS_WITHOUT_REST = 10;

  private final NumberedBatches batches;
  private final int room;
  private String printed;
  private String seen;
  private int looks;

  /**
   * @param room how many rows of the result are printed at most
   */
  Changes(NumberedBatches batches, int room) {
    this.batches = batches;
    this.room = room;
  }

  @Override
  public int room() {
    return room;
  }

  @Override
  public void show(View view) {
    String now = NumberedBatches.text(view);
    if (printed == null && view.total() == 0) {
      // That nothing has come yet is no news.
      printed = now;
    }
    looks = now.equals(printed) ? 0 : looks + 1;
    if (looks > 0 && (now.equals(seen) || looks >= LOOKS_WITHOUT_REST)) {
      print(now);
    }
    seen = now;
  }

  @Override
  public void end(View view) {
    String now = NumberedBatches.text(view);
    if (!now.equals(printed)) {
      print(now);
    }
  }

  private void print(String now) {
    batches.print(now);
    printed = now;
    looks = 0;
  }

  @Override
  public boolean isGone() {
    return batches.isGone();
  }

  @Override
  public void close() {
    // What is printed is printed.
  }
}
