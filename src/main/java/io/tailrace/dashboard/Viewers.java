package io.tailrace.dashboard;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Those who look at the page now: each is sent what has changed, in order. */
final class Viewers {

  /** How many may look at a time. */
  static final int MOST = 16;

  /** Who is so many messages behind is sent all that there is, instead. */
  private static final int MOST_WAITING = 64;

  /** What one viewer has not been sent yet. */
  final class Viewer implements AutoCloseable {

    private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private volatile boolean needsAll;

    /** The next message, or null if there is none for a while. */
    String next(long millis) throws InterruptedException {
      return waiting.poll(millis, TimeUnit.MILLISECONDS);
    }

    private void send(String message) {
      if (!waiting.offer(message)) {
        waiting.clear();
        needsAll = true;
      }
    }

    @Override
    public void close() {
      viewers.remove(this);
    }
  }

  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();

  boolean isEmpty() {
    return viewers.isEmpty();
  }

  boolean isFull() {
    return viewers.size() >= MOST;
  }

  /** Adds one, who has to be sent everything first. */
  Viewer add() {
    Viewer viewer = new Viewer();
    viewer.needsAll = true;
    viewers.add(viewer);
    return viewer;
  }

  /** Lets those who wait for a message go on. */
  void wake() {
    viewers.forEach(viewer -> viewer.send(""));
  }

  /** Everybody has to be sent everything. */
  void needAll() {
    viewers.forEach(viewer -> viewer.needsAll = true);
  }

  /** Whether somebody has to be sent everything. */
  boolean anyNeedsAll() {
    return viewers.stream().anyMatch(viewer -> viewer.needsAll);
  }

  /** Sends a change to those who have what was before it. */
  void sendChange(String message) {
    for (Viewer viewer : viewers) {
      if (!viewer.needsAll) {
        viewer.send(message);
      }
    }
  }

  /** Sends everything to those who need it. */
  void sendAll(String message) {
    for (Viewer viewer : viewers) {
      if (viewer.needsAll) {
        viewer.needsAll = false;
        viewer.send(message);
      }
    }
  }
}
