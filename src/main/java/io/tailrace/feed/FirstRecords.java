package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The records with which the first file of an input begins, for those who must see some before
 * anything is planned.
 *
 * @param file the first file, in the order of names, that has enough of them
 * @param records lines, with those before the first record, or what JSON has as records
 */
public record FirstRecords(String file, List<byte[]> records) {

  /** So much of a file is looked at. */
  private static final long MOST_BYTES = 1 << 20;

  /** So many files are looked at until one has enough records. */
  private static final int MOST_FILES = 10;

  public FirstRecords {
    records = List.copyOf(records);
  }

  /**
   * Looks for them; a file that is still being written is waited for.
   *
   * @param outputFolder a folder whose files are no input
   * @param enough so many records are enough, if there is another file
   * @return nothing while there is no file with records
   * @throws UsageException if the input is a topic or cannot be used, or a file cannot be read
   */
  public static Optional<FirstRecords> find(
      TailraceOptions options, String outputFolder, int enough)
      throws IOException, InterruptedException {
    Feed found = Feed.of(options, outputFolder);
    if (found instanceof FollowFeed followed) {
      // The first lines of a file that grows are there for good.
      return find(followed, files(followed.files(), 0), followed::firstLines, enough);
    }
    if (!(found instanceof FileFeed feed)) {
      throw new UsageException("columns are inferred from files only; declare those of messages");
    }
    return find(feed, files(feed, feed.settleMillis()), FirstRecords::whole, enough);
  }

  private static Slice whole(StoredFile file) {
    return new Slice(file.path(), 0, file.size(), file.size(), file.modified());
  }

  private static Optional<FirstRecords> find(
      Feed feed, List<StoredFile> files, Function<StoredFile, Slice> slices, int enough) {
    Optional<FirstRecords> few = Optional.empty();
    for (StoredFile file : files) {
      FirstRecords first = new FirstRecords(file.path(), read(feed, slices.apply(file)));
      long count = first.records.stream().filter(record -> record.length > 0).count();
      if (count >= enough) {
        return Optional.of(first);
      }
      few = few.isPresent() || count == 0 ? few : Optional.of(first);
    }
    return few;
  }

  private static List<StoredFile> files(FileFeed feed, long settleMillis)
      throws IOException, InterruptedException {
    while (true) {
      List<StoredFile> files = new ArrayList<>(feed.listing().list());
      files.removeIf(file -> file.size() == 0);
      List<StoredFile> settled = new ArrayList<>();
      for (StoredFile file : files) {
        if (hasSettled(file, settleMillis) && Storages.of(file.path()).isComplete(file)) {
          settled.add(file);
        }
      }
      if (!settled.isEmpty() || files.isEmpty()) {
        settled.sort(Comparator.comparing(StoredFile::path));
        return settled.subList(0, Math.min(MOST_FILES, settled.size()));
      }
      Thread.sleep(Math.max(1, settleMillis));
    }
  }

  private static boolean hasSettled(StoredFile file, long settleMillis) {
    long age = System.currentTimeMillis() - file.modified();
    return age < 0 || age >= settleMillis;
  }

  private static List<byte[]> read(Feed feed, Slice slice) {
    List<byte[]> records = new ArrayList<>();
    long[] bytes = {0};
    try (SliceReader reader = feed.newReader()) {
      FirstLook.at(
          slice,
          reader,
          (buffer, from, to, isWhole) -> {
            if (isWhole) {
              records.add(Arrays.copyOfRange(buffer, from, to));
              bytes[0] += to - from;
            }
            return bytes[0] >= MOST_BYTES;
          });
    } catch (UnreadableException | IOException e) {
      throw new UsageException(
          String.format("--input: %s cannot be read: %s", slice.source(), e.getMessage()), e);
    }
    return records;
  }
}
