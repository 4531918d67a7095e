package io.tailrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;

/**
 * A kind of place where files are. Each has its own way of making a file appear whole.
 *
 * <p>Servers that do not answer, or ask to come again later, are asked again until they answer.
 * Safe for use by many threads.
 */
public interface Storage {

  /** More than a small file has. */
  long SMALL_FILE_BYTES = 1L << 30;

  /**
   * Looks whether the storage can be used, so that what is wrong with an option is said at once.
   *
   * @param path a file, a folder or a glob
   * @throws UnusableStorageException if it cannot be used, or does not answer for some seconds
   */
  void check(String path) throws IOException;

  /** A path, or a glob, as the paths of listings are written. */
  default String canonical(String path) {
    return path;
  }

  /** Whether folders are things of their own, which are there or are not. */
  boolean hasFolders();

  /** Whether there is a folder of this path, where folders are things of their own. */
  boolean hasFolder(String path) throws IOException;

  /** The files that match a glob, in no order. */
  default List<StoredFile> list(Glob glob) throws IOException {
    if (!glob.isFile()) {
      return listMatching(glob);
    }
    try {
      return List.of(stat(glob.text()));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** The same for a glob that has wildcards. */
  List<StoredFile> listMatching(Glob glob) throws IOException;

  /**
   * Whether a file that was listed is there and nobody has written it since or is still writing it,
   * as far as the storage knows.
   */
  default boolean isComplete(StoredFile file) throws IOException {
    return true;
  }

  /**
   * The version of a file that is there now.
   *
   * @throws FileNotFoundException if it is not there
   */
  StoredFile stat(String path) throws IOException;

  /**
   * Opens a file.
   *
   * @param from the first byte to read
   * @param to where reading will probably end; it may go on
   * @throws FileNotFoundException if it is not there
   */
  OpenFile open(String path, long from, long to) throws IOException;

  /**
   * Reads all of a small file.
   *
   * @throws FileNotFoundException if it is not there
   */
  default byte[] read(String path) throws IOException {
    try (OpenFile file = open(path, 0, SMALL_FILE_BYTES)) {
      return Channels.newInputStream(file.channel()).readAllBytes();
    }
  }

  /**
   * Begins to write a file.
   *
   * @param path where it will be
   * @param temporary where it may be until it is complete
   */
  NewFile create(String path, String temporary) throws IOException;

  /**
   * Makes a file unless there is one of the same path; of those who try at the same time, one
   * succeeds. Others may see the file before it has its content.
   *
   * @return whether this call has made it
   */
  boolean createIfAbsent(String path, byte[] content) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(String path) throws IOException;
}
