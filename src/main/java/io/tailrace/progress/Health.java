package io.tailrace.progress;

import java.io.IOException;
import java.util.Optional;

/**
 * Whether a run works, for those who supervise its process. Safe for use by many threads.
 *
 * <p>A failure is a reason to start the process again, an obstacle is not: what keeps a run from
 * its work is usually elsewhere, and is waited for.
 */
public interface Health {

  /** Why the process is of no use any more, in a few words without data; nothing if it is. */
  Optional<String> failure();

  /** Why the run does not do its work now, in a few words without data; nothing if it does. */
  Optional<String> obstacle();

  /** Asks the storage for what this process does not know otherwise. */
  void look() throws IOException;

  /** Whether a run holds the lease of the output, as far as is known. */
  boolean isLeaseHeld();
}
