package io.tailrace.feed;

import io.tailrace.ledger.FileIdentity;
import io.tailrace.ledger.Slice;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads slices of files that are followed. A file that has another name by now is looked for in its
 * folder, and so is a copy of it, also a packed one: what counts is that the bytes are those that
 * were planned.
 */
final class FollowedSliceReader implements SliceReader {

  private static final int SKIPPED_AT_ONCE = 1 << 16;

  private final FileListing listing;
  private final FileSliceReader whole = new FileSliceReader(Records.lines);
  private final LineReader lineReader = new LineReader();

  FollowedSliceReader(FileListing listing) {
    this.listing = listing;
  }

  @Override
  public long read(Slice slice, Contents contents) throws UnreadableException {
    if (slice.identity() == null) {
      return whole.read(slice, contents);
    }
    try {
      return slice.isOfGrowingFile() ? readLines(slice, contents) : readWhole(slice, contents);
    } catch (ClosedByInterruptException e) {
      throw new UncheckedIOException(e);
    } catch (DamagedException e) {
      throw UnreadableException.damaged(slice, e);
    } catch (IOException e) {
      throw new UnreadableException(slice, e);
    }
  }

  /** Reads a packed file, which may have another name now. */
  private long readWhole(Slice slice, Contents contents) throws UnreadableException, IOException {
    Optional<StoredFile> there = stat(slice.source());
    if (there.isEmpty() || !slice.isVersion(there.get().size(), there.get().modified())) {
      for (StoredFile file : others(slice)) {
        if (slice.isVersion(file.size(), file.modified())
            && FileSliceReader.isPacked(file.path())) {
          return whole.read(slice.at(file.path()), contents);
        }
      }
    }
    return whole.read(slice, contents);
  }

  private static Optional<StoredFile> stat(String path) throws IOException {
    try {
      return Optional.of(Storages.of(path).stat(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private long readLines(Slice slice, Contents contents) throws UnreadableException, IOException {
    OptionalLong lines = OptionalLong.empty();
    AccessDeniedException denied = null;
    Iterator<String> paths = List.of(slice.source()).iterator();
    boolean isSource = true;
    while (lines.isEmpty() && paths.hasNext()) {
      try {
        lines = readLinesOf(paths.next(), slice, contents);
      } catch (AccessDeniedException e) {
        denied = e;
      }
      if (isSource && lines.isEmpty()) {
        // A folder is looked through only if that is needed.
        paths = others(slice).stream().map(StoredFile::path).iterator();
        isSource = false;
      }
    }
    if (lines.isPresent()) {
      return lines.getAsLong();
    }
    if (denied != null) {
      throw denied;
    }
    throw new UnreadableException(
        slice,
        String.format(
            "bytes %d to %d are not there any more, and no copy of it beside it has them",
            slice.from(), slice.to()));
  }

  /** Reads a slice from a file, if that is there and has its bytes. */
  private OptionalLong readLinesOf(String path, Slice slice, Contents contents)
      throws UnreadableException, IOException {
    try {
      if (FileSliceReader.isPacked(path)) {
        return hasPacked(path, slice.identity())
            ? OptionalLong.of(readUnpacked(path, slice, contents))
            : OptionalLong.empty();
      }
      try (FollowedContent content = FollowedContent.open(path)) {
        return isThat(content, slice.identity())
            ? OptionalLong.of(readFrom(content, slice, contents))
            : OptionalLong.empty();
      }
    } catch (NoSuchFileException | FileNotFoundException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isThat(FollowedContent content, FileIdentity identity) throws IOException {
    return content.has(identity.head()) && content.has(identity.tail());
  }

  private static boolean hasPacked(String path, FileIdentity identity) throws IOException {
    try {
      UnpackedLook look = UnpackedLook.at(path, List.of(identity.head(), identity.tail()));
      return look.has(identity.head()) && look.has(identity.tail());
    } catch (DamagedException | EOFException e) {
      // It is another file, or is still being packed.
      return false;
    }
  }

  private long readFrom(FollowedContent content, Slice slice, Contents contents)
      throws UnreadableException, IOException {
    long position = Math.max(0, slice.from() - 1);
    long lines =
        lineReader.read(content.from(position), position, slice.from() > 0, slice.to(), contents);
    if (!isThat(content, slice.identity())) {
      throw new UnreadableException(slice, "it was truncated while it was read");
    }
    return lines;
  }

  private long readUnpacked(String path, Slice slice, Contents contents) throws IOException {
    long position = Math.max(0, slice.from() - 1);
    try (OpenFile file = Storages.of(path).open(path, 0, Long.MAX_VALUE);
        ReadableByteChannel unpacked = FileSliceReader.unpacked(path, file)) {
      ByteBuffer skipped = ByteBuffer.allocate(SKIPPED_AT_ONCE);
      for (long left = position; left > 0; ) {
        skipped.clear().limit((int) Math.min(left, SKIPPED_AT_ONCE));
        int count = unpacked.read(skipped);
        if (count < 0) {
          throw new DamagedException(DamagedException.ENDS_IN_THE_MIDDLE);
        }
        left -= count;
      }
      return lineReader.read(unpacked, position, slice.from() > 0, slice.to(), contents);
    }
  }

  /** The other files that may have the bytes of a slice, the likeliest first. */
  private List<StoredFile> others(Slice slice) throws IOException {
    String folder = slice.source().substring(0, slice.source().lastIndexOf('/'));
    String name = RotatedNames.ofPath(slice.source());
    String key = slice.identity().key();
    return listing.files(folder).stream()
        .filter(file -> !file.path().equals(slice.source()))
        .filter(file -> isOf(file, key) || RotatedNames.areRelated(name, file.name()))
        .sorted(
            Comparator.comparing((StoredFile file) -> !isOf(file, key))
                .thenComparing(file -> FileSliceReader.isPacked(file.path()))
                .thenComparing(StoredFile::path))
        .toList();
  }

  private static boolean isOf(StoredFile file, String key) {
    return String.valueOf(file.key()).equals(key);
  }

  @Override
  public void close() {
    whole.close();
  }
}
