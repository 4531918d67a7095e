package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Slice;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** An input that is watched, and what is in it can be read again. */
public interface Feed extends Serializable {

  /**
   * The input that the options name: topics or files.
   *
   * @param outputFolder where the results go, which is never read as input
   * @throws UsageException if one cannot be used
   */
  static Feed of(TailraceOptions options, String outputFolder) {
    return isTopic(options) ? topic(options) : ofFiles(options, FileFeed.of(options, outputFolder));
  }

  /** The same on a worker, from options that the launcher has {@link #prepare prepared}. */
  static Feed onWorker(TailraceOptions options) {
    return isTopic(options) ? topic(options) : ofFiles(options, FileFeed.onWorker(options));
  }

  /**
   * Looks at what can be said of an input before its storage is asked anything.
   *
   * @throws UsageException if it cannot be read as the options say
   */
  static void check(TailraceOptions options) {
    if (options.getFollow()) {
      FollowFeed.checkInput(options);
    }
    CleanSource.check(options);
  }

  private static Feed topic(TailraceOptions options) {
    if (options.getFollow()) {
      throw new UsageException("--follow is for files; messages of a topic are read as they come");
    }
    return TopicFeed.of(options);
  }

  private static Feed ofFiles(TailraceOptions options, FileFeed files) {
    return options.getFollow() ? FollowFeed.of(options, files) : files;
  }

  private static boolean isTopic(TailraceOptions options) {
    return options instanceof TopicOptions;
  }

  /** Makes options that workers elsewhere understand. */
  void prepare(TailraceOptions options);

  /** How often to look for what is new, in milliseconds. */
  long pollMillis();

  /** How long to wait for what is not ready to be read, in milliseconds. */
  long settleMillis();

  /**
   * Looks at the first input that was found, before it is planned.
   *
   * @param slices what was found
   */
  default void firstLook(Ledger ledger, List<Slice> slices) throws IOException {}

  /** What finds new units in it. */
  Finder newFinder(Ledger ledger);

  /** What reads it; for one thread. */
  SliceReader newReader();
}
