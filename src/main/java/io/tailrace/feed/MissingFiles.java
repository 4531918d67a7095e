package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.Optional;

/**
 * Looks for followed files that no glob matches any more: by their inodes, because they were
 * renamed, or by their bytes, because they were copied and truncated or deleted.
 */
final class MissingFiles {

  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /** A file that nobody has written to is looked at again after this part of that time. */
  private static final int PART_OF_IDLE_TIME = 10;

  /** So often a file is looked for before a warning says that it is gone. */
  private static final int LOOKS_BEFORE_WARNING = 3;

  private final LookContext look;
  private final LookedAt files;
  private final KnownFiles known;
  private final Adoptions adoptions;
  private final long pollMillis;
  private final long now;

  MissingFiles(LookContext look, KnownFiles known, Adoptions adoptions, long pollMillis) {
    this.look = look;
    this.files = look.files();
    this.known = known;
    this.adoptions = adoptions;
    this.pollMillis = pollMillis;
    this.now = files.now();
  }

  /** Looks for a file by its inode: where it was last, then in that folder. */
  void lookByInode(Track track) throws IOException {
    if (track.place() != null && !files.isListed(track.file().key())) {
      if (track.hasSeenAll() && !track.isDue(now)) {
        look.places().leave(track);
        return;
      }
      Optional<StoredFile> there = LookedAt.stat(track.place().path());
      if (there.isPresent()
          && Track.key(there.get()).equals(track.file().key())
          && known.isStill(track, there.get())) {
        look.places().put(track, there.get());
        // Nobody writes to what was rotated away long ago.
        long idle = now - there.get().modified();
        track.lookAgainAt(now + Math.min(LONGEST_PAUSE_MILLIS, idle / PART_OF_IDLE_TIME));
        return;
      }
      track.noPlace();
      track.lookAgainAt(now);
    }
    if (!track.isDue(now) || !look.tracks().hasItsKey(track)) {
      return;
    }
    for (StoredFile file : files.in(track.folder())) {
      if (Track.key(file).equals(track.file().key())) {
        known.lookAt(track, file);
        return;
      }
    }
  }

  /** Looks for a copy of a file that is gone. */
  void lookForCopy(Track track) throws IOException {
    track.noPlace();
    if (!track.isDue(now)) {
      return;
    }
    for (StoredFile file : files.in(track.folder())) {
      if (!files.isListed(Track.key(file))
          && look.tracks().withKey(Track.key(file)) == null
          && track.mayBe(file.name())
          && isCopyOf(track, file)) {
        return;
      }
    }
    int failedLooks = track.failLook();
    track.lookAgainAt(
        now
            + Math.min(
                LONGEST_PAUSE_MILLIS, UnreadSlices.doubled(Math.max(1, pollMillis), failedLooks)));
    if (failedLooks == LOOKS_BEFORE_WARNING
        && look.tracks().hasItsKey(track)
        && files.listed().stream().anyMatch(file -> file.path().equals(track.lastPath()))) {
      look.warnings().wasReplaced(track);
    }
  }

  private boolean isCopyOf(Track track, StoredFile file) {
    if (look.passedOver().hasStill(file)) {
      return false;
    }
    if (file.size() == 0) {
      look.passedOver().add(file);
      return false;
    }
    try {
      if (!FileSliceReader.isPacked(file.path())) {
        try (FollowedContent content = FollowedContent.open(file.path())) {
          return !track.file().packed() && adoptions.adopt(track, file, content);
        }
      }
      return files.hasSettledOrWaits(file)
          && FirstBytes.unpacked(file.path()).mayBe(track.file())
          && adoptions.adoptPacked(track, file);
    } catch (IOException e) {
      look.warnings().cannotBeRead(file, e);
      return false;
    }
  }
}
