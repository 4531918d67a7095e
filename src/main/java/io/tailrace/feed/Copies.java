package io.tailrace.feed;

import io.tailrace.ledger.Fingerprint;
import io.tailrace.storage.StoredFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides whether a file that no inode tells is a copy of one that was read: then none of its lines
 * is new. A copy is known by a name that rotation may have made, and by its bytes.
 */
final class Copies {

  private static final long MILLIS_PER_SECOND = 1_000;

  private final Tracks tracks;
  private final Places places;
  private final FollowPlan plan;
  private final FollowWarnings warnings;

  Copies(LookContext look) {
    this.tracks = look.tracks();
    this.places = look.places();
    this.plan = look.plan();
    this.warnings = look.warnings();
  }

  /** Whether a file has the first bytes of one that is there, and no others. */
  boolean isCopy(StoredFile file, FollowedContent content) throws IOException {
    for (Map.Entry<Long, StoredFile> original : originals(file).entrySet()) {
      if (isCopyOf(original.getKey(), original.getValue(), content)) {
        return true;
      }
    }
    return false;
  }

  private boolean isCopyOf(long number, StoredFile other, FollowedContent content)
      throws IOException {
    try (FollowedContent original = FollowedContent.open(other.path())) {
      long size = content.size();
      Fingerprint end = content.fingerprint(size);
      if (!original.has(end) || !original.has(content.fingerprint(Fingerprint.length(size)))) {
        return false;
      }
      plan.noteEnd(number, tracks.of(number), other, end);
      return true;
    } catch (NoSuchFileException e) {
      // It gets another name at this moment: the next look tells.
      return true;
    }
  }

  /**
   * Whether a packed file has the bytes of one that is there, or may have them once it is whole.
   */
  boolean isPackedCopy(StoredFile file) throws IOException {
    for (Map.Entry<Long, StoredFile> original : originals(file).entrySet()) {
      if (isPackedCopyOf(original.getKey(), original.getValue(), file)) {
        return true;
      }
    }
    return false;
  }

  private boolean isPackedCopyOf(long number, StoredFile other, StoredFile file)
      throws IOException {
    try (FollowedContent original = FollowedContent.open(other.path())) {
      UnpackedLook look = UnpackedLook.at(file.path(), Set.of());
      Fingerprint end = look.fingerprints().get(look.size());
      if (look.size() == 0 || !original.has(end)) {
        return false;
      }
      plan.noteEnd(number, tracks.of(number), other, end);
      return true;
    } catch (DamagedException | EOFException e) {
      warnings.cannotBeUnpackedYet(file);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Whether a file is there of whose name rotation may have made that of another. */
  boolean hasOriginal(StoredFile file) {
    return !originals(file).isEmpty();
  }

  /** The files that are there, not packed, of whose names rotation may have made another. */
  private Map<Long, StoredFile> originals(StoredFile file) {
    Set<String> names = RotatedNames.origins(file.name());
    Map<Long, StoredFile> originals = new TreeMap<>();
    for (Track track : tracks.all()) {
      if (places.haveComparable(track)
          && (names.contains(track.place().name())
              || names.contains(RotatedNames.ofPath(track.file().source()))
              || names.contains(RotatedNames.ofPath(track.file().firstSource())))) {
        originals.put(track.number(), track.place());
      }
    }
    plan.begun()
        .forEach(
            (number, other) -> {
              if (names.contains(other.name()) && !FileSliceReader.isPacked(other.path())) {
                originals.put(number, other);
              }
            });
    return originals;
  }

  /**
   * Whether a file is a copy that was made before the last lines were written that were read, of a
   * file that cannot be compared with it any more.
   *
   * @param end the fingerprint at its end
   */
  boolean isShortCopy(StoredFile file, Fingerprint end) {
    return tracks.all().stream()
        .anyMatch(
            track ->
                !track.file().packed()
                    && !places.haveComparable(track)
                    && end.at() < track.file().end()
                    && track.file().tails().contains(end)
                    && track.mayBe(file.name()));
  }

  /**
   * Whether a file is what is in a packed one that was read, or that a followed file is known by.
   *
   * @param end the fingerprint at its end
   */
  boolean isUnpacked(StoredFile file, FirstBytes first, Fingerprint end) throws IOException {
    for (Track track : tracks.all()) {
      if (first.is(track.file().head())
          && (track.file().packed()
              ? isUnpackedOf(track, file, end)
              : wasPackedTo(track, file, end))) {
        return true;
      }
    }
    return false;
  }

  private boolean isUnpackedOf(Track track, StoredFile file, Fingerprint end) throws IOException {
    if (!RotatedNames.origins(RotatedNames.ofPath(track.file().source())).contains(file.name())) {
      return false;
    }
    boolean unpacked =
        places.have(track)
            ? UnpackedLook.at(track.place().path(), Set.of(end)).has(end)
            : hasTimeOf(track, file);
    if (unpacked) {
      warnings.isUnpackedCopy(file);
    }
    return unpacked;
  }

  /**
   * Whether a file has the time of one that was packed: who unpacks a file gives it that, perhaps
   * in whole seconds, before he deletes the packed one.
   */
  private static boolean hasTimeOf(Track track, StoredFile file) {
    long packed = track.file().modified();
    return file.modified() == packed || file.modified() == packed - packed % MILLIS_PER_SECOND;
  }

  /** Whether the packed copy was made of it: the inode of the packed one may have told that. */
  private boolean wasPackedTo(Track track, StoredFile file, Fingerprint end) throws IOException {
    return places.have(track)
        && !places.haveComparable(track)
        && track.mayBe(file.name())
        && UnpackedLook.at(track.place().path(), Set.of(end)).has(end);
  }
}
