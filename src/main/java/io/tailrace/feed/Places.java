package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of the followed files one look has found, and which are gone. */
final class Places {

  /** So many files that are gone are remembered, should copies of them turn up. */
  private static final int MOST_GONE = 10_000;

  private final Tracks tracks;
  private final ReadLimits limits;
  private final Set<Track> found = new HashSet<>();

  Places(Tracks tracks, ReadLimits limits) {
    this.tracks = tracks;
    this.limits = limits;
  }

  void put(Track track, StoredFile file) {
    found.add(track);
    track.put(file);
    limits.note(file);
  }

  /** Takes for granted that a file is where it was. */
  void leave(Track track) {
    found.add(track);
  }

  boolean have(Track track) {
    return found.contains(track);
  }

  /** Whether a file is there that can be compared with others byte by byte. */
  boolean haveComparable(Track track) {
    return have(track) && !FileSliceReader.isPacked(track.place().path());
  }

  /** The files that are not there; a copy is of the one of which most was read. */
  List<Track> gone() {
    return tracks.all().stream()
        .filter(track -> !have(track))
        .sorted(Comparator.comparing((Track track) -> -track.file().end()))
        .toList();
  }

  Set<Long> goneNumbers() {
    return gone().stream().map(Track::number).collect(Collectors.toSet());
  }

  /** The numbers of the files that are gone, but for the last ones. */
  List<Long> forgotten() {
    List<Long> gone = gone().stream().map(Track::number).sorted().toList();
    return gone.subList(0, Math.max(0, gone.size() - MOST_GONE));
  }
}
