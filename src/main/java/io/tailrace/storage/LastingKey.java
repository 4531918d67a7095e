package io.tailrace.storage;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * What tells a local file from all others that ever were: a file system gives the inode of a
 * deleted file to another one, but not at the same time.
 *
 * @param key its device and inode
 * @param made when it was made; where the file system or Java does not know that, when it was last
 *     modified; in nanoseconds since 1970
 */
record LastingKey(Object key, long made) {

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /**
   * The key of a file, or null if it has none: the time of its making is not known, and it was last
   * modified at a full second, as many files are that were unpacked or copied.
   */
  static LastingKey of(BasicFileAttributes attributes) {
    FileTime time = attributes.creationTime();
    long made = time.to(TimeUnit.NANOSECONDS);
    boolean says = !time.equals(attributes.lastModifiedTime()) || made % NANOS_PER_SECOND != 0;
    return attributes.fileKey() != null && says ? new LastingKey(attributes.fileKey(), made) : null;
  }

  @Override
  public String toString() {
    return key + " " + made;
  }
}
