package io.tailrace.feed;

import io.tailrace.ledger.Fingerprint;
import io.tailrace.ledger.FollowedFile;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.List;

/**
 * Goes on with a followed file that is gone in another file that has what was planned of it: a copy
 * that was made before it was truncated, or that was packed.
 */
final class Adoptions {

  private final LookContext look;
  private final Copies copies;

  Adoptions(LookContext look, Copies copies) {
    this.look = look;
    this.copies = copies;
  }

  /** Whether a file has what was planned of another; then that one is followed in it. */
  boolean adopt(Track track, StoredFile file, FollowedContent content) throws IOException {
    FollowedFile known = track.file();
    if (!content.has(known.head()) || !content.has(known.tail())) {
      return false;
    }
    track.lookAgainFromItsEnd();
    if (look.plan().grow(track, file, content)) {
      look.places().put(track, file);
    } else {
      move(track, file);
    }
    return true;
  }

  /** Notes that a followed file is to be known by another inode. */
  private void move(Track track, StoredFile file) {
    look.places().put(track, file);
    if (Track.key(file).equals(track.file().key())) {
      look.tracks().giveItsKey(track);
    } else {
      look.plan().move(track.file(), file);
    }
  }

  /**
   * Whether a packed file has what was planned of another, or is a copy of its beginning; in the
   * first case that one is followed in it.
   */
  boolean adoptPacked(Track track, StoredFile file) throws IOException {
    FollowedFile known = track.file();
    if (known.packed()) {
      boolean same = file.size() == known.end();
      if (same) {
        look.places().put(track, file);
        look.plan().move(known, file);
      }
      return same;
    }
    UnpackedLook unpacked = UnpackedLook.at(file.path(), known.tails());
    if (unpacked.size() < known.end()) {
      boolean isShort = copies.isShortCopy(file, unpacked.fingerprints().get(unpacked.size()));
      if (isShort) {
        look.passedOver().add(file);
      }
      return isShort;
    }
    if (!unpacked.has(known.tail())) {
      return false;
    }
    long lineEnd = unpacked.lineEnd();
    if (lineEnd <= known.end()) {
      move(track, file);
    } else {
      Fingerprint tail =
          UnpackedLook.at(file.path(), List.of(new Fingerprint(lineEnd, 0)))
              .fingerprints()
              .get(lineEnd);
      look.plan().growPacked(known, file, tail);
      look.places().put(track, file);
    }
    if (lineEnd < unpacked.size()) {
      look.warnings().staysUnfinished(file, unpacked.size() - Math.max(lineEnd, known.end()));
    }
    return true;
  }
}
