package io.tailrace.feed;

import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One look at all files: those with known inodes first, then what is missing, then the others. */
final class FollowLook {

  /** The name of a copy is longer than that of what it was made of. */
  private static final Comparator<StoredFile> ORIGINALS_FIRST =
      Comparator.comparing(file -> file.name().length());

  private final LookContext look;
  private final KnownFiles known;
  private final MissingFiles missing;
  private final UnknownFiles unknown;

  FollowLook(LookContext look, long pollMillis) {
    this.look = look;
    Copies copies = new Copies(look);
    Adoptions adoptions = new Adoptions(look, copies);
    this.known = new KnownFiles(look, copies);
    this.missing = new MissingFiles(look, known, adoptions, pollMillis);
    this.unknown = new UnknownFiles(look, copies, adoptions);
  }

  /**
   * @param goneBefore the numbers of the files that were gone at the last look: where that changes,
   *     files that were passed over may count
   */
  void look(Set<Long> goneBefore) throws IOException {
    List<StoredFile> others = new ArrayList<>();
    List<StoredFile> reappeared = new ArrayList<>();
    for (StoredFile file : look.files().listed()) {
      Track track = look.tracks().withKey(Track.key(file));
      if (track == null) {
        others.add(file);
      } else if (track.place() == null) {
        reappeared.add(file);
      } else if (!known.lookAt(track, file)) {
        others.add(file);
      }
    }
    reappeared.sort(ORIGINALS_FIRST);
    for (StoredFile file : reappeared) {
      if (!known.lookAtReappeared(look.tracks().withKey(Track.key(file)), file)) {
        others.add(file);
      }
    }
    List<Track> gone = look.places().gone();
    for (Track track : gone) {
      missing.lookByInode(track);
    }
    if (!look.places().goneNumbers().equals(goneBefore)) {
      look.passedOver().clear();
    }
    others.sort(ORIGINALS_FIRST);
    others.forEach(unknown::lookAt);
    for (Track track : gone) {
      if (!look.places().have(track)) {
        missing.lookForCopy(track);
      }
    }
    look.passedOver().endLook();
  }

  /** What is read in place of a slice that could not be read. */
  Optional<List<Slice>> again(RetryNote note) {
    Slice slice = note.slice();
    if (slice.identity() == null) {
      return Optional.of(List.of(slice));
    }
    Track track = look.tracks().of(slice.identity().file());
    StoredFile place = track == null ? null : track.place();
    if (slice.isOfGrowingFile()) {
      return Optional.of(List.of(place == null ? slice : slice.at(place.path())));
    }
    if (place == null || place.size() == 0 || !look.files().hasSettled(place)) {
      return Optional.empty();
    }
    FirstBytes first = FirstBytes.unpackedIfPossible(place.path());
    return Optional.of(
        List.of(FollowPlan.whole(slice.identity().file(), place, first.fingerprint())));
  }
}
