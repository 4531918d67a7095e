package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import io.tailrace.storage.LocalPaths;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * An immutable file of hashes of names, each with the fingerprint of the version that was taken.
 *
 * <p>The file is a sorted array of entries of 24 bytes (hash, fingerprint) and a trailer of 24
 * bytes: magic, format version, number of entries, and the CRC32C of everything before it. All
 * numbers are big-endian. The file is memory-mapped and its filter is off the heap, so heap use
 * does not depend on the number of entries. Safe for use by many threads.
 */
public final class NameSegment {

  /** The bytes of an entry. */
  static final int ENTRY_BYTES = 3 * Long.BYTES;

  private static final long MAGIC = 0x5452_4e41_4d45_5347L; // "TRNAMESG"
  private static final int FORMAT = 1;
  private static final int TRAILER_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES;
  private static final int CHUNK_BYTES = ENTRY_BYTES << 12;

  /** Binary logarithm of the entries per map. Java maps up to 2 GiB; this makes it 768 MiB. */
  private static final int MAP_BITS = 25;

  /** Interpolation takes about 5 steps among real hashes; after this many, binary search. */
  private static final int INTERPOLATIONS = 16;

  /**
   * The description of a segment, by which its file can be verified.
   *
   * @param file the name of the file
   * @param entries how many names it has
   * @param crc the CRC32C in its trailer
   */
  public record Ref(String file, long entries, int crc) {}

  /** The hash of a name and the fingerprint of the version that was taken. */
  record Entry(NameHash hash, long fingerprint) {}

  private final Ref ref;
  private final MappedByteBuffer[] maps;
  private final int mapBits;
  private final NameFilter filter;

  private NameSegment(Ref ref, MappedByteBuffer[] maps, int mapBits, NameFilter filter) {
    this.ref = ref;
    this.maps = maps;
    this.mapBits = mapBits;
    this.filter = filter;
  }

  /**
   * Writes a segment.
   *
   * @param workshop where the file may be until it is complete
   * @param file a name that no file has
   * @param entries in the ascending order of their hashes, each hash once
   */
  static Ref write(Folder folder, Folder workshop, String file, Iterator<Entry> entries)
      throws IOException {
    Writer writer = new Writer(entries);
    folder.write(file, workshop, writer::writeTo);
    return new Ref(file, writer.written, (int) writer.crc.getValue());
  }

  /** A stream of entries into a file. */
  private static final class Writer {

    private final Iterator<Entry> entries;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private long written;

    Writer(Iterator<Entry> entries) {
      this.entries = entries;
    }

    void writeTo(OutputStream out) throws IOException {
      NameHash last = null;
      while (entries.hasNext()) {
        Entry entry = entries.next();
        NameHash hash = entry.hash();
        if (last != null && last.compareTo(hash) >= 0) {
          throw new IllegalArgumentException(hash + " comes after " + last);
        }
        last = hash;
        chunk.putLong(hash.high()).putLong(hash.low()).putLong(entry.fingerprint());
        written++;
        if (!chunk.hasRemaining()) {
          flush(out);
        }
      }
      flush(out);
      chunk.putLong(MAGIC).putInt(FORMAT).putLong(written);
      flush(out);
      chunk.putInt((int) crc.getValue());
      out.write(chunk.array(), 0, chunk.position());
    }

    private void flush(OutputStream out) throws IOException {
      crc.update(chunk.array(), 0, chunk.position());
      out.write(chunk.array(), 0, chunk.position());
      chunk.clear();
    }
  }

  /**
   * Opens a segment and verifies all of it.
   *
   * @throws DamagedFileException if the file is missing or is not the one that was written
   */
  static NameSegment open(Folder folder, Ref ref) throws IOException {
    return open(folder, ref, MAP_BITS);
  }

  /** The same with another size of maps. */
  static NameSegment open(Folder folder, Ref ref, int mapBits) throws IOException {
    String path = folder.file(ref.file());
    return folder.isLocal()
        ? open(LocalPaths.path(path), path, ref, mapBits)
        : openCopy(folder, path, ref, mapBits);
  }

  /**
   * Opens a local copy and deletes it once it is mapped, so that a killed process leaves none. The
   * map keeps its content.
   */
  private static NameSegment openCopy(Folder folder, String path, Ref ref, int mapBits)
      throws IOException {
    Path copies = Files.createTempDirectory("tailrace-names-");
    Path copy = copies.resolve("segment");
    try {
      folder.copy(ref.file(), copy);
      return open(copy, path, ref, mapBits);
    } catch (FileNotFoundException e) {
      throw missing(path);
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(copies);
    }
  }

  private static NameSegment open(Path file, String path, Ref ref, int mapBits) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NameFilter filter = verify(channel, path, ref);
      List<MappedByteBuffer> maps = new ArrayList<>();
      long end = ref.entries() * ENTRY_BYTES;
      for (long from = 0, bytes = (long) ENTRY_BYTES << mapBits; from < end; from += bytes) {
        maps.add(channel.map(MapMode.READ_ONLY, from, Math.min(bytes, end - from)));
      }
      return new NameSegment(ref, maps.toArray(new MappedByteBuffer[0]), mapBits, filter);
    } catch (NoSuchFileException e) {
      throw missing(path);
    }
  }

  private static DamagedFileException missing(String path) {
    return new DamagedFileException(path, "it is missing");
  }

  /**
   * Reads and verifies a whole file. Reading, unlike mapping, turns a disk error into an {@link
   * IOException}.
   *
   * @return the filter of its hashes
   */
  private static NameFilter verify(FileChannel channel, String path, Ref ref) throws IOException {
    long bytes = ref.entries() * ENTRY_BYTES + TRAILER_BYTES;
    if (channel.size() != bytes) {
      throw new DamagedFileException(
          path, String.format("it has %d bytes, not %d", channel.size(), bytes));
    }
    NameFilter filter = new NameFilter(ref.entries());
    CRC32C crc = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long left = bytes - TRAILER_BYTES; left > 0; left -= chunk.limit()) {
      read(channel, path, chunk, left);
      crc.update(chunk);
      for (int at = 0; at < chunk.limit(); at += ENTRY_BYTES) {
        filter.add(chunk.getLong(at), chunk.getLong(at + Long.BYTES));
      }
    }
    read(channel, path, chunk, TRAILER_BYTES);
    crc.update(chunk.duplicate().limit(TRAILER_BYTES - Integer.BYTES));
    if (chunk.getLong() != MAGIC || chunk.getInt() != FORMAT || chunk.getLong() != ref.entries()) {
      throw new DamagedFileException(path, "its trailer is not that of a segment of names");
    }
    int found = (int) crc.getValue();
    if (found != ref.crc() || found != chunk.getInt()) {
      throw new DamagedFileException(path, "its checksum is wrong");
    }
    return filter;
  }

  private static void read(FileChannel channel, String path, ByteBuffer chunk, long left)
      throws IOException {
    chunk.clear().limit((int) Math.min(left, chunk.capacity()));
    while (chunk.hasRemaining()) {
      if (channel.read(chunk) < 0) {
        throw new DamagedFileException(path, "it was cut while it was read");
      }
    }
    chunk.flip();
  }

  /** The description of this segment. */
  Ref ref() {
    return ref;
  }

  /** The fingerprint of a name, if the segment has it. */
  OptionalLong find(NameHash hash) {
    return filter.mayHave(hash) ? search(hash) : OptionalLong.empty();
  }

  private OptionalLong search(NameHash hash) {
    long from = 0;
    long to = ref.entries();
    double least = 0;
    double most = 0x1p64;
    double wanted = toDouble(hash.high());
    for (int step = 0; from < to; step++) {
      double share = step < INTERPOLATIONS ? (wanted - least) / (most - least) : 0.5;
      long guess = Math.max(from, Math.min(to - 1, from + (long) (share * (to - from))));
      ByteBuffer map = map(guess);
      int at = at(guess);
      long high = map.getLong(at);
      int order = NameHash.compare(high, map.getLong(at + Long.BYTES), hash);
      if (order == 0) {
        return OptionalLong.of(map.getLong(at + 2 * Long.BYTES));
      }
      if (order < 0) {
        from = guess + 1;
        least = toDouble(high);
      } else {
        to = guess;
        most = toDouble(high);
      }
    }
    return OptionalLong.empty();
  }

  private static double toDouble(long unsigned) {
    return (unsigned >>> 1) * 2.0;
  }

  private ByteBuffer map(long entry) {
    return maps[(int) (entry >>> mapBits)];
  }

  private int at(long entry) {
    return (int) (entry & (1L << mapBits) - 1) * ENTRY_BYTES;
  }

  /** All entries in the order of their hashes. */
  Iterator<Entry> iterator() {
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return next < ref.entries();
      }

      @Override
      public Entry next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        ByteBuffer map = map(next);
        int at = at(next);
        next++;
        return new Entry(
            new NameHash(map.getLong(at), map.getLong(at + Long.BYTES)),
            map.getLong(at + 2 * Long.BYTES));
      }
    };
  }
}
