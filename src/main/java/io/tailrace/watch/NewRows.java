package io.tailrace.watch;

import io.tailrace.run.NumberedBatches;

/** Prints the rows of a log that have come since the last look, so that each is printed once. */
final class NewRows implements Display {

  private static final int ROOM = 1_000;

  private final NumberedBatches batches;

  NewRows(NumberedBatches batches) {
    this.batches = batches;
  }

  @Override
  public int room() {
    return ROOM;
  }

  @Override
  public void show(View view) {
    if (view.total() > 0) {
      batches.print(view.text());
    }
  }

  @Override
  public void end(View view) {
    show(view);
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
