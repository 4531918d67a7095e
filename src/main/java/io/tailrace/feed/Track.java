package io.tailrace.feed;

import io.tailrace.ledger.FollowedFile;
import io.tailrace.ledger.Slice;
import io.tailrace.storage.StoredFile;

/**
 * A file that is followed: what the ledger says of it, and what this run knows beyond that, which
 * only saves looks.
 */
final class Track {

  private FollowedFile file;
  private StoredFile place;
  private FileVersion seen;
  private long looked;
  private String lastPath;
  private boolean wasRenamed;
  private int failedLooks;
  private long lookAgain;

  Track(FollowedFile file) {
    this.file = file;
  }

  /** One that was found at this place, and has no line feed behind what was planned of it. */
  static Track begun(FollowedFile file, StoredFile place) {
    Track track = new Track(file);
    track.place = place;
    track.looked = file.end();
    return track;
  }

  /** The key of a file whose storage has keys, otherwise its path. */
  static String key(StoredFile file) {
    return file.key() == null ? file.path() : file.key().toString();
  }

  FollowedFile file() {
    return file;
  }

  long number() {
    return file.number();
  }

  void become(FollowedFile newer) {
    file = newer;
  }

  void add(Slice slice) {
    file = FollowedFile.with(file, slice);
  }

  /** Where it is, or null if that is not known. */
  StoredFile place() {
    return place;
  }

  void noPlace() {
    place = null;
  }

  void put(StoredFile there) {
    wasRenamed |=
        lastPath != null
            && !lastPath.equals(there.path())
            && !FileSliceReader.isPacked(there.path());
    place = there;
    lastPath = there.path();
    failedLooks = 0;
  }

  /** Its inode has other content now. */
  void lose(long now) {
    seen = null;
    place = null;
    lookAgain = now;
  }

  /** Where it was found last; of those that had a name before, only the last one is there. */
  String lastPath() {
    return lastPath;
  }

  void wasLastAt(String path) {
    lastPath = path;
  }

  /** Whether it was renamed since this was asked. */
  boolean takeRenamed() {
    boolean renamed = wasRenamed;
    wasRenamed = false;
    return renamed;
  }

  /** Whether all whole lines of this version were planned. */
  boolean hasSeen(FileVersion version) {
    return version.equals(seen);
  }

  boolean hasSeenAll() {
    return seen != null;
  }

  /**
   * @param version the version in which all whole lines were planned, or null
   */
  void see(FileVersion version) {
    seen = version;
  }

  /** Up to here there is no line feed behind the end that was planned. */
  long looked() {
    return looked;
  }

  void look(long place) {
    looked = place;
  }

  /** What this run knows of its content is not relied upon any longer. */
  void lookAgainFromItsEnd() {
    seen = null;
    looked = 0;
  }

  boolean isDue(long now) {
    return now >= lookAgain;
  }

  void lookAgainAt(long time) {
    lookAgain = time;
  }

  /** How often it was looked for in vain, this time included. */
  int failLook() {
    return ++failedLooks;
  }

  /** Whether rotation may have made this name of one that it had. */
  boolean mayBe(String name) {
    return RotatedNames.areRelated(RotatedNames.ofPath(file.source()), name)
        || RotatedNames.areRelated(RotatedNames.ofPath(file.firstSource()), name);
  }

  String folder() {
    String path = lastPath == null ? file.source() : lastPath;
    return path.substring(0, path.lastIndexOf('/'));
  }
}
