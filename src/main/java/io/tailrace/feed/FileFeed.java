package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Slice;
import io.tailrace.options.JsonOptions;
import io.tailrace.options.Quantities;
import io.tailrace.options.RecordOptions;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.CommitEvery;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.util.List;

/**
 * Files that arrive in folders or match globs.
 *
 * @param listing which files
 * @param pollMillis how often they are listed
 * @param settleMillis how long a file must not have changed
 * @param maxFilesPerPoll the most files that one poll takes
 * @param unitBytes the most bytes in a unit
 * @param records what a file is made of
 * @param apart whether no two files are in a unit
 * @param infersColumns whether the first files tell which columns records have
 */
public record FileFeed(
    FileListing listing,
    long pollMillis,
    long settleMillis,
    int maxFilesPerPoll,
    long unitBytes,
    Records records,
    boolean apart,
    boolean infersColumns)
    implements Feed {

  private static final long serialVersionUID = 1L;

  /**
   * Reads the options.
   *
   * @param outputFolder where the results go, which is never read as input
   * @throws UsageException if one cannot be used
   */
  static FileFeed of(TailraceOptions options, String outputFolder) {
    if (options.getInput() == null || options.getInput().contains("")) {
      throw new UsageException("--input: give the folder or glob of the files to read");
    }
    if (options.getMaxFilesPerPoll() < 1) {
      throw new UsageException("--maxFilesPerPoll: give a number from 1");
    }
    if (options.getHeader() && RecordOptions.recordsOf(options) == Records.json) {
      throw new UsageException("--header: files of JSON have none");
    }
    return of(options, FileListing.of(options.getInput(), outputFolder));
  }

  /**
   * Reads the options that the launcher has looked at: its input are globs, and whether their
   * folders are there now does not matter.
   */
  static FileFeed onWorker(TailraceOptions options) {
    return of(options, new FileListing(options.getInput(), options.getOutput()));
  }

  private static FileFeed of(TailraceOptions options, FileListing listing) {
    return new FileFeed(
        listing,
        Quantities.duration("pollInterval", options.getPollInterval()).toMillis(),
        Quantities.duration("settle", options.getSettle()).toMillis(),
        options.getMaxFilesPerPoll(),
        Quantities.bytes("unitSize", options.getUnitSize()),
        RecordOptions.recordsOf(options),
        options.getCommitEvery() == CommitEvery.file,
        JsonOptions.infersColumns(options));
  }

  @Override
  public void firstLook(Ledger ledger, List<Slice> slices) throws IOException {
    if (infersColumns && ledger.columns().isEmpty()) {
      ledger.writeColumns(InferColumns.of(slices, newReader()).toString());
    }
  }

  @Override
  public Finder newFinder(Ledger ledger) {
    return new FileFinder(ledger, this);
  }

  @Override
  public SliceReader newReader() {
    return new FileSliceReader(records);
  }

  /** Whether a file can be read in parts: nobody knows where in the middle of JSON he is. */
  boolean isSplittable(String source) {
    return records == Records.lines && !FileSliceReader.isPacked(source);
  }

  @Override
  public void prepare(TailraceOptions options) {
    options.setInput(listing.globs());
  }

  @Override
  public String toString() {
    return String.join(", ", listing.globs());
  }
}
