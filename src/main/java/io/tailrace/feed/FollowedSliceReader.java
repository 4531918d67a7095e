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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
    for (StoredFile file : candidates(slice)) {
      if (slice.isVersion(file.size(), file.modified())
          && FileSliceReader.isPacked(file.path()) == FileSliceReader.isPacked(slice.source())) {
        return whole.read(slice.at(file.path()), contents);
      }
    }
    return whole.read(slice, contents);
  }

  private long readLines(Slice slice, Contents contents) throws UnreadableException, IOException {
    AccessDeniedException denied = null;
    for (StoredFile file : candidates(slice)) {
      try {
        if (FileSliceReader.isPacked(file.path())) {
          if (hasPacked(file.path(), slice.identity())) {
            return readUnpacked(file.path(), slice, contents);
          }
        } else {
          try (FollowedContent content = FollowedContent.open(file.path())) {
            if (isThat(content, slice.identity())) {
              return readFrom(content, slice, contents);
            }
          }
        }
      } catch (AccessDeniedException e) {
        denied = e;
      } catch (NoSuchFileException | FileNotFoundException e) {
        // It has just got another name, or is gone.
      }
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

  /** The files that may have the bytes of a slice, the likeliest first, each looked up when due. */
  private List<StoredFile> candidates(Slice slice) throws IOException {
    String name = RotatedNames.ofPath(slice.source());
    List<StoredFile> others = new ArrayList<>();
    List<StoredFile> all = new ArrayList<>();
    String folder = slice.source().substring(0, slice.source().lastIndexOf('/'));
    for (StoredFile file : listing.files(folder)) {
      if (file.path().equals(slice.source())) {
        all.add(file);
      } else if (String.valueOf(file.key()).equals(slice.identity().key())
          || RotatedNames.areRelated(name, RotatedNames.ofPath(file.path()))) {
        others.add(file);
      }
    }
    others.sort(
        Comparator.comparing(
                (StoredFile file) -> !String.valueOf(file.key()).equals(slice.identity().key()))
            .thenComparing(file -> FileSliceReader.isPacked(file.path()))
            .thenComparing(StoredFile::path));
    all.addAll(others);
    return all;
  }

  @Override
  public void close() {
    whole.close();
  }
}
