package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import org.apache.beam.sdk.io.Compression;

/**
 * Reads the lines of a slice of a file, or the JSON of a whole one, unpacking it if its name says
 * that it is packed.
 */
final class FileSliceReader implements SliceReader {

  private final Records records;
  private final LineReader lineReader = new LineReader();
  private final JsonReader jsonReader;

  FileSliceReader(Records records) {
    this.records = records;
    this.jsonReader = records == Records.json ? new JsonReader() : null;
  }

  /** Whether a file is to be unpacked. */
  static boolean isPacked(String source) {
    return Compression.detect(source) != Compression.UNCOMPRESSED;
  }

  /**
   * Gives the lines that begin in a slice, or the records of JSON.
   *
   * @throws UnreadableException also if the file is another version than was planned, before or
   *     after it was read
   */
  @Override
  public long read(Slice slice, Contents lines) throws UnreadableException {
    long position = Math.max(0, slice.from() - 1);
    try (OpenFile file = storage(slice).open(slice.source(), position, slice.to())) {
      checkVersion(slice, file.file());
      long count = 0;
      if (records == Records.json) {
        jsonReader.read(unpacked(slice.source(), file), lines);
      } else if (slice.from() == 0) {
        long limit = isPacked(slice.source()) ? Long.MAX_VALUE : slice.to();
        count = lineReader.read(unpacked(slice.source(), file), 0, false, limit, lines);
      } else {
        count = lineReader.read(file.channel(), position, true, slice.to(), lines);
      }
      if (!file.pinned()) {
        checkVersion(slice, storage(slice).stat(slice.source()));
      }
      return count;
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (FileNotFoundException e) {
      throw new UnreadableException(slice, "it is not there any more");
    } catch (DamagedException e) {
      throw damaged(slice, e);
    } catch (IOException e) {
      throw new UnreadableException(slice, e);
    }
  }

  private static Storage storage(Slice slice) {
    return Storages.of(slice.source());
  }

  /** The unpacked bytes of a file, which are its own if its name does not say that it is packed. */
  static ReadableByteChannel unpacked(String source, OpenFile file) throws IOException {
    Compression compression = Compression.detect(source);
    return switch (compression) {
      case GZIP -> new UnpackedChannel(file.channel(), new GzipUnpacker());
      case BZIP2 -> new UnpackedChannel(file.channel(), new Bzip2Unpacker());
      case ZSTD -> new UnpackedChannel(file.channel(), new ZstdUnpacker());
      default -> compression.readDecompressed(file.channel());
    };
  }

  /** Only the version that was planned is damaged: who writes the file has not finished another. */
  private static UnreadableException damaged(Slice slice, DamagedException problem) {
    try {
      checkVersion(slice, storage(slice).stat(slice.source()));
      return UnreadableException.damaged(slice, problem);
    } catch (UnreadableException changed) {
      return changed;
    } catch (IOException e) {
      return new UnreadableException(slice, e);
    }
  }

  private static void checkVersion(Slice slice, StoredFile now) throws UnreadableException {
    if (!slice.isVersion(now.size(), now.modified())) {
      throw new UnreadableException(slice, "it has changed since it was found");
    }
  }

  @Override
  public void close() {
    // It holds nothing open between slices.
  }
}
