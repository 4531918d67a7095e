package io.tailrace.watch;

/** Where a result is shown. Used by one thread at a time. */
interface Display extends AutoCloseable {

  /** How many rows it has room for at most. */
  int room();

  /** Shows the result as it is now. */
  void show(View view);

  /** Shows the result as it is at the end. */
  void end(View view);

  /** Whether nobody sees it any more, such as a pipe whose reader has ended. */
  boolean isGone();

  @Override
  void close();
}
