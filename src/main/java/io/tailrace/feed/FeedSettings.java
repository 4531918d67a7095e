package io.tailrace.feed;

import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import java.io.Serializable;

/**
 * How an input is watched, as the options say.
 *
 * @param listing which files
 * @param pollMillis how often they are listed
 * @param settleMillis how long a file must not have changed
 * @param maxFilesPerPoll the most files that one poll takes
 * @param unitBytes the most bytes in a unit
 */
public record FeedSettings(
    FileListing listing, long pollMillis, long settleMillis, int maxFilesPerPoll, long unitBytes)
    implements Serializable {

  /**
   * Reads the options.
   *
   * @param outputFolder where the results go, which is never read as input
   * @throws UsageException if one cannot be used
   */
  public static FeedSettings of(TailraceOptions options, String outputFolder) {
    if (options.getMaxFilesPerPoll() < 1) {
      throw new UsageException("--maxFilesPerPoll: give a number from 1");
    }
    return of(options, FileListing.of(options.getInput(), outputFolder));
  }

  /**
   * Reads the options that the launcher has looked at: the input is a glob, and whether its folder
   * is there now does not matter.
   */
  static FeedSettings onWorker(TailraceOptions options) {
    return of(options, new FileListing(options.getInput(), options.getOutput()));
  }

  private static FeedSettings of(TailraceOptions options, FileListing listing) {
    return new FeedSettings(
        listing,
        Quantities.duration("pollInterval", options.getPollInterval()).toMillis(),
        Quantities.duration("settle", options.getSettle()).toMillis(),
        options.getMaxFilesPerPoll(),
        Quantities.bytes("unitSize", options.getUnitSize()));
  }
}
