package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a user is told of files that are followed. */
final class FollowWarnings {

  private static final Logger LOG = LoggerFactory.getLogger(FollowWarnings.class);

  private final Set<String> said = new HashSet<>();

  /** A packed file was replaced by another one. */
  void hasChanged(StoredFile file) {
    LOG.warn(
        "{} was read before, and has been changed or copied once more since. A packed file is read"
            + " once: the records that were read count, what the file has now ({} bytes) does not."
            + " If it has something new, give it a new name",
        file.path(),
        file.size());
  }

  /** A file has lost the bytes that it had. */
  void hasOtherContent(Track track, StoredFile file) {
    LOG.warn(
        "{} {}: it is read from its beginning as a new file; of what it had before, bytes from"
            + " {} on were not read and are missing, unless a copy beside it has them",
        file.path(),
        file.size() < track.file().end() ? "was truncated" : "has other content than it had",
        track.file().end());
  }

  /** A file is gone, and another one has its name. */
  void wasReplaced(Track track) {
    LOG.warn(
        "{} is another file now, which is read from its beginning; of the former one, bytes from"
            + " {} on were not read and are missing, if it had any",
        track.lastPath(),
        track.file().end());
  }

  /**
   * @param end the byte behind the last whole line
   */
  void isUnfinished(StoredFile file, long end) {
    if (file.size() > end) {
      once(
          file,
          String.format(
              "ends with %d bytes that have no line end yet; they are read when it comes",
              file.size() - end));
    }
  }

  /** A packed file never gets the end of its last line. */
  void staysUnfinished(StoredFile file, long bytes) {
    LOG.warn("{} ends with {} bytes that have no line end; they are not read", file.path(), bytes);
  }

  void cannotBeUnpackedYet(StoredFile file) {
    once(file, "cannot be unpacked yet and is looked at again when it has changed");
  }

  void isUnpackedCopy(StoredFile file) {
    once(file, "is the unpacked content of a file that was read, and is not read");
  }

  /** A file cannot be looked at now and is left to the next look. */
  void cannotBeRead(StoredFile file, IOException problem) {
    if (!(problem instanceof NoSuchFileException || problem instanceof FileNotFoundException)) {
      String reason =
          problem instanceof AccessDeniedException ? "permission denied" : problem.getMessage();
      once(file, "cannot be read and is tried again: " + reason);
    }
  }

  private void once(StoredFile file, String problem) {
    if (said.add(file.path() + " " + problem)) {
      LOG.warn("{} {}", file.path(), problem);
    }
  }
}
