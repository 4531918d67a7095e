package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;

/** Reads the lines of a slice of a file, unpacking it if its name says that it is packed. */
final class SliceReader {

  private final LineReader lineReader = new LineReader();

  /** Whether a file can be read in parts. */
  static boolean isSplittable(String source) {
    return Compression.detect(source) == Compression.UNCOMPRESSED;
  }

  /**
   * Gives the lines that begin in a slice. What the taker of the lines throws passes through.
   *
   * @throws UnreadableException if the file cannot be read to the slice's end, or is another
   *     version than was planned, before or after it was read
   */
  void read(Slice slice, LineReader.Lines lines) throws UnreadableException {
    try {
      checkVersion(slice);
      try (ReadableByteChannel channel = open(slice)) {
        if (slice.from() == 0) {
          long limit = isSplittable(slice.source()) ? slice.to() : Long.MAX_VALUE;
          lineReader.read(channel, 0, false, limit, lines);
        } else {
          long position = slice.from() - 1;
          ((SeekableByteChannel) channel).position(position);
          lineReader.read(channel, position, true, slice.to(), lines);
        }
      }
      checkVersion(slice);
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UnreadableException(slice, e);
    }
  }

  /** The number of lines of a slice's file that begin before an offset in the slice. */
  long linesBefore(Slice slice, long offset) throws UnreadableException {
    try (ReadableByteChannel channel = open(slice)) {
      return lineReader.countLineFeeds(channel, offset);
    } catch (IOException e) {
      throw new UnreadableException(slice, e);
    }
  }

  private static ReadableByteChannel open(Slice slice) throws IOException {
    ResourceId file = FileSystems.matchNewResource(slice.source(), false);
    return Compression.detect(slice.source()).readDecompressed(FileSystems.open(file));
  }

  private static void checkVersion(Slice slice) throws IOException, UnreadableException {
    MatchResult.Metadata now = FileSystems.matchSingleFileSpec(slice.source());
    if (!slice.isVersion(now.sizeBytes(), now.lastModifiedMillis())) {
      throw new UnreadableException(slice, "it has changed since it was found");
    }
  }
}
