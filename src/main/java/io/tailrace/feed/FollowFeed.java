package io.tailrace.feed;

import io.tailrace.ledger.FileIdentity;
import io.tailrace.ledger.Fingerprint;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Slice;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Files that are read while they are appended to, line by line.
 *
 * @param files which files, and how they are planned
 * @param skippedLines how many of the first lines of a file are no records
 * @param once whether only lines count that are there at the start
 */
public record FollowFeed(FileFeed files, int skippedLines, boolean once) implements Feed {

  private static final long serialVersionUID = 1L;

  /** So much of a file is looked at for its first lines. */
  private static final long MOST_LOOKED_AT = 1 << 20;

  /**
   * Looks whether the input is on this machine, before its storage is asked anything.
   *
   * @throws UsageException if not
   */
  static void checkInput(TailraceOptions options) {
    for (String input : Objects.requireNonNullElse(options.getInput(), List.<String>of())) {
      if (!Storages.isLocal(input)) {
        throw new UsageException(
            String.format(
                "--follow: %s is on a storage whose files cannot be read while they grow; give files"
                    + " of this machine, or leave --follow",
                input));
      }
    }
  }

  /**
   * Reads the options.
   *
   * @throws UsageException if files of this kind cannot be followed
   */
  static FollowFeed of(TailraceOptions options, FileFeed files) {
    if (options.getReader() == Reader.textio) {
      throw new UsageException(
          "--follow: --reader=textio reads files when they are finished; use --reader=units");
    }
    if (files.records() == Records.json) {
      throw new UsageException(
          "--follow: JSON that is not one object a line has no lines to follow; give"
              + " TBLPROPERTIES '{\"records\": \"lines\"}' if it has, or leave --follow");
    }
    return new FollowFeed(
        files, options.getSkippedLines(), options.getTrigger() == Trigger.availableNow);
  }

  /**
   * The whole lines of a file that are there now.
   *
   * @throws UsageException if it cannot be read
   */
  Slice firstLines(StoredFile file) {
    if (FileSliceReader.isPacked(file.path())) {
      return new Slice(file.path(), 0, file.size(), file.size(), file.modified());
    }
    try (FollowedContent content = FollowedContent.open(file.path())) {
      long to = Math.max(0, content.lineEnd(0, Math.min(content.size(), MOST_LOOKED_AT)));
      FileIdentity identity =
          new FileIdentity(
              0, "", content.fingerprint(Fingerprint.length(to)), content.fingerprint(to));
      return Slice.ofGrowingFile(file.path(), 0, to, file.modified(), identity);
    } catch (IOException e) {
      throw new UsageException(
          String.format("--input: %s cannot be read: %s", file.path(), e.getMessage()), e);
    }
  }

  @Override
  public void prepare(TailraceOptions options) {
    files.prepare(options);
  }

  @Override
  public long pollMillis() {
    return files.pollMillis();
  }

  /** Of packed files; whole lines need not settle. */
  @Override
  public long settleMillis() {
    return files.settleMillis();
  }

  @Override
  public void firstLook(Ledger ledger, List<Slice> slices) throws IOException {
    files.firstLook(ledger, slices);
  }

  @Override
  public Finder newFinder(Ledger ledger) {
    return new FollowFinder(ledger, this);
  }

  @Override
  public SliceReader newReader() {
    return new FollowedSliceReader(files.listing());
  }

  @Override
  public String toString() {
    return files.toString();
  }
}
