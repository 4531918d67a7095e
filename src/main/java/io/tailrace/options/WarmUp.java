package io.tailrace.options;

/**
 * Work that somebody waits for in a moment, begun in another thread: a start has one core busy for
 * much of its time. Whoever waits for it does so by a lock, such as that of a class, and is told of
 * its failures by doing it again.
 */
public final class WarmUp {

  private WarmUp() {}

  /** Begins the work. */
  public static void begin(Runnable work) {
    Thread thread = new Thread(work, "warm-up");
    thread.setDaemon(true);
    thread.start();
  }
}
