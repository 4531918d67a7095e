package io.tailrace.feed;

import io.tailrace.ledger.Fingerprint;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a look through the unpacked bytes of a packed file has found.
 *
 * @param fingerprints the fingerprints at the places that were asked for, as far as it has them,
 *     and at its end
 * @param size its unpacked bytes
 * @param lineEnd the place behind its last line feed, or 0
 */
record UnpackedLook(Map<Long, Fingerprint> fingerprints, long size, long lineEnd) {

  private static final int CHUNK_BYTES = 1 << 16;

  /** Whether it has these bytes where they were found. */
  boolean has(Fingerprint fingerprint) {
    return fingerprint.equals(fingerprints.get(fingerprint.at()));
  }

  /** The first unpacked bytes, as many as a fingerprint is of, if there are so many. */
  static byte[] head(String path) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Fingerprint.BYTES);
    try (OpenFile file = open(path);
        ReadableByteChannel unpacked = FileSliceReader.unpacked(path, file)) {
      while (head.hasRemaining() && unpacked.read(head) >= 0) {
        // There may be more.
      }
    }
    return Arrays.copyOf(head.array(), head.position());
  }

  private static OpenFile open(String path) throws IOException {
    return Storages.of(path).open(path, 0, Long.MAX_VALUE);
  }

  /** Looks through a file, which is unpacked to its end. */
  static UnpackedLook at(String path, Iterable<Fingerprint> wanted) throws IOException {
    SortedSet<Long> places = new TreeSet<>();
    wanted.forEach(fingerprint -> places.add(fingerprint.at()));
    Map<Long, Fingerprint> found = new HashMap<>();
    // The last bytes of the chunk before come first.
    byte[] bytes = new byte[Fingerprint.BYTES + CHUNK_BYTES];
    long position = 0;
    long lineEnd = 0;
    try (OpenFile file = open(path);
        ReadableByteChannel unpacked = FileSliceReader.unpacked(path, file)) {
      while (true) {
        int count = unpacked.read(ByteBuffer.wrap(bytes, Fingerprint.BYTES, CHUNK_BYTES));
        if (count < 0) {
          break;
        }
        while (!places.isEmpty() && places.first() <= position + count) {
          long at = places.first();
          places.remove(at);
          found.put(at, Fingerprint.of(at, bytes, Fingerprint.BYTES + (int) (at - position)));
        }
        for (int i = Fingerprint.BYTES + count - 1; i >= Fingerprint.BYTES; i--) {
          if (bytes[i] == '\n') {
            lineEnd = position + i - Fingerprint.BYTES + 1;
            break;
          }
        }
        System.arraycopy(bytes, count, bytes, 0, Fingerprint.BYTES);
        position += count;
      }
    }
    found.put(position, Fingerprint.of(position, bytes, Fingerprint.BYTES));
    return new UnpackedLook(found, position, lineEnd);
  }
}
