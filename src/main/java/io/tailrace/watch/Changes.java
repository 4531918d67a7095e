package io.tailrace.watch;

import io.tailrace.run.ChangedBatches;
import io.tailrace.run.NumberedBatches;

/** Prints a result whenever it has changed. */
final class Changes implements Display {

  private final NumberedBatches batches;
  private final ChangedBatches changed;
  private final int room;

  /**
   * @param room how many rows of the result are printed at most
   */
  Changes(NumberedBatches batches, int room) {
    this.batches = batches;
    this.changed = new ChangedBatches(batches);
    this.room = room;
  }

  @Override
  public int room() {
    return room;
  }

  @Override
  public void show(View view) {
    String now = view.text();
    if (view.total() == 0) {
      // That nothing has come yet is no news.
      changed.begin(now);
    }
    changed.look(now);
  }

  @Override
  public void end(View view) {
    changed.end(view.text());
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
