package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.io.IOException;

/** Looks at files that have the inode of a followed one: they are that, unless its bytes differ. */
final class KnownFiles {

  private final LookContext look;
  private final Copies copies;

  KnownFiles(LookContext look, Copies copies) {
    this.look = look;
    this.copies = copies;
  }

  /** Whether a file is the followed one, which is then found or otherwise lost. */
  boolean lookAt(Track track, StoredFile file) throws IOException {
    if (!isStill(track, file)) {
      lose(track, file);
      return false;
    }
    look.places().put(track, file);
    return true;
  }

  /**
   * The same of a file whose inode was free for a while: it may be a copy of a file that is there,
   * and begin with all that the former file of the inode had, which was not more than a header
   * perhaps.
   */
  boolean lookAtReappeared(Track track, StoredFile file) throws IOException {
    if (isCopyUnderAnOldInode(track, file)) {
      lose(track, file);
      return false;
    }
    return lookAt(track, file);
  }

  private boolean isCopyUnderAnOldInode(Track track, StoredFile file) {
    if (file.size() <= track.file().end() || FileSliceReader.isPacked(file.path())) {
      return false;
    }
    try (FollowedContent content = FollowedContent.open(file.path())) {
      return copies.isCopy(file, content);
    } catch (IOException e) {
      // Whoever looks at it next tells.
      return false;
    }
  }

  /** Whether a file has the bytes of the followed one; what is new in it is planned. */
  boolean isStill(Track track, StoredFile file) throws IOException {
    if (track.hasSeen(FileVersion.of(file))) {
      if (track.takeRenamed()) {
        look.warnings().isUnfinished(file, track.file().end());
      }
      return true;
    }
    boolean packed = FileSliceReader.isPacked(file.path());
    if (track.file().packed() || packed) {
      return packed && isStillPacked(track, file);
    }
    try (FollowedContent content = FollowedContent.open(file.path())) {
      if (content.has(track.file().head()) && content.has(track.file().tail())) {
        look.plan().grow(track, file, content);
        return true;
      }
    } catch (IOException e) {
      look.warnings().cannotBeRead(file, e);
      return true;
    }
    // It may have got another name since it was listed, and another file has its name.
    return !LookedAt.isUnderItsName(file);
  }

  private boolean isStillPacked(Track track, StoredFile file) {
    boolean same =
        file.modified() == track.file().modified()
            && (!track.file().packed() || file.size() == track.file().end());
    if (same
        || look.wanted().contains(track.file().source())
        || look.wanted().contains(file.path())) {
      track.see(same ? FileVersion.of(file) : null);
      return true;
    }
    if (!track.file().packed()) {
      // Its inode was free, and has what another file was packed to perhaps.
      return false;
    }
    if (!look.files().hasSettledOrWaits(file)) {
      return true;
    }
    try {
      if (!FirstBytes.unpacked(file.path()).is(track.file().head())) {
        return false;
      }
    } catch (IOException e) {
      look.warnings().cannotBeRead(file, e);
      return true;
    }
    look.warnings().hasChanged(file);
    track.see(FileVersion.of(file));
    return true;
  }

  /** A file has an inode that was another's, or has lost the bytes that it had. */
  private void lose(Track track, StoredFile file) {
    look.tracks().removeKey(Track.key(file), track);
    track.lose(look.files().now());
    if (file.path().equals(track.file().source()) || file.path().equals(track.lastPath())) {
      look.warnings().hasOtherContent(track, file);
    }
  }
}
