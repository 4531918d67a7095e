package io.tailrace.storage;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.commons.io.IOUtils;

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

  /** Lists the files that match a glob whenever it is asked. */
  default Relisting relisting(Glob glob) {
    return () -> list(glob);
  }

  /** The same as {@link #list} for a glob that has wildcards. */
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
   * Copies a file to this machine, however large it is, over what is there.
   *
   * @throws FileNotFoundException if it is not there
   */
  default void copy(String path, Path to) throws IOException {
    try (OpenFile file = open(path, 0, SMALL_FILE_BYTES)) {
      Files.copy(Channels.newInputStream(file.channel()), to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Begins to write a file.
   *
   * @param path where it will be
   * @param temporary where it may be until it is complete
   * @param durability what it survives once it is committed
   */
  NewFile create(String path, String temporary, Durability durability) throws IOException;

  /**
   * Writes a small file and puts it in place of what had its name. A disk that is full is waited
   * for, so the content may be asked for more than once.
   *
   * @param path where it will be
   * @param temporary where it may be until it is complete
   * @param durability what it survives when this returns
   */
  default void write(String path, String temporary, Folder.Content content, Durability durability)
      throws IOException {
    NewFile file = create(path, temporary, durability);
    try {
      OutputStream out = new BufferedOutputStream(file.out());
      content.writeTo(out);
      out.flush();
      file.commit();
    } catch (IOException | RuntimeException e) {
      try {
        file.abandon();
      } catch (IOException left) {
        if (left != e) {
          // A stream may fail again as it has failed; nothing can be added to itself.
          e.addSuppressed(left);
        }
      }
      throw e;
    }
  }

  /**
   * Makes a file unless there is one of the same path; of those who try at the same time, one
   * succeeds. The file appears with all of its content or not at all. A disk that is full is waited
   * for.
   *
   * @param temporary where it may be until it is complete
   * @param durability what it survives when this returns, whoever has made it
   * @return whether this call has made it
   */
  boolean createIfAbsent(String path, String temporary, byte[] content, Durability durability)
      throws IOException;

  /**
   * Makes durable which files are in a folder, where the storage does not do so by itself: a file
   * is seen by others a moment before that.
   */
  default void syncFolder(String path) throws IOException {}

  /** Deletes a file, if it is there. */
  void delete(String path) throws IOException;

  /**
   * Moves a file to a name that no file has. The file is always whole under one of the names; where
   * a move is a copy, one that was cut short may leave the file under both.
   *
   * @param to a path of the same storage, in a folder that need not be there
   * @return whether it was moved; false if the name is taken
   * @throws FileNotFoundException if the file is not there
   */
  boolean move(String path, String to) throws IOException;

  /**
   * Whether another file has the same bytes, and keeps them if the first one goes.
   *
   * @throws FileNotFoundException if one of them is not there
   */
  default boolean haveSameContent(String path, String other) throws IOException {
    long size = stat(path).size();
    if (size != stat(other).size()) {
      return false;
    }
    try (OpenFile one = open(path, 0, size);
        OpenFile two = open(other, 0, size)) {
      return IOUtils.contentEquals(
          Channels.newInputStream(one.channel()), Channels.newInputStream(two.channel()));
    }
  }
}
