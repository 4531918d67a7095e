package io.tailrace.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Group commit for folders: threads that sync the same folder at the same time share one fsync.
 *
 * <p>Each thread is served by an fsync that begins after its call. While one fsync runs, those who
 * come gather for the next one.
 */
final class FolderSyncs {

  /** Syncs a folder. */
  @FunctionalInterface
  interface Sync {
    void run(Path folder) throws IOException;
  }

  /** The threads that share one fsync. */
  private static final class Round {
    private boolean done;
    private IOException failure;
  }

  /** The rounds of one folder, run one after the other under its monitor. */
  private static final class Group {
    private Round gathering = new Round();
    private int threads;
  }

  private final Sync sync;
  private final ConcurrentMap<Path, Group> groups = new ConcurrentHashMap<>();

  FolderSyncs(Sync sync) {
    this.sync = sync;
  }

  /** Returns when an fsync of the folder that began after this call has ended. */
  void sync(Path folder) throws IOException {
    Round[] joined = new Round[1];
    Group group =
        groups.compute(
            folder,
            (path, known) -> {
              Group entered = known == null ? new Group() : known;
              entered.threads++;
              joined[0] = entered.gathering;
              return entered;
            });
    Round round = joined[0];
    try {
      synchronized (group) {
        if (!round.done) {
          run(folder, round);
        }
      }
    } finally {
      groups.computeIfPresent(folder, (path, known) -> --known.threads == 0 ? null : known);
    }
    if (round.failure != null) {
      // Linux reports a failed fsync once: a second one would succeed and hide the loss.
      throw new IOException(folder + " cannot be synced", round.failure);
    }
  }

  private void run(Path folder, Round round) throws IOException {
    // Later threads may have renamed a file that this fsync misses.
    groups.computeIfPresent(
        folder,
        (path, known) -> {
          known.gathering = new Round();
          return known;
        });
    try {
      sync.run(folder);
    } catch (ClosedByInterruptException e) {
      // The interrupt is for this thread alone; the next of the round takes over.
      throw e;
    } catch (IOException e) {
      round.failure = e;
    }
    round.done = true;
  }
}
