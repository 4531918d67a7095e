package io.tailrace.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/**
 * Waits for room on a disk that is full, or for the quota of its user, as requests wait for a
 * server that does not answer.
 */
public final class FullDisk {

  /** Writes a file; can do so again, and leaves nothing behind if it fails. */
  @FunctionalInterface
  public interface Write<T> {
    T run() throws IOException;
  }

  private static final List<String> REASONS =
      List.of("No space left on device", "Disk quota exceeded");

  private static final Retries RETRIES =
      new Retries("The disk is full", "The disk has room again", FullDisk::is);

  private FullDisk() {}

  /**
   * Writes a file, again and again while there is no room for it.
   *
   * @param file what is written, for people
   */
  public static <T> T waitForRoom(Path file, Write<T> write) throws IOException {
    return RETRIES.untilAnswered(
        () -> {
          try {
            return write.run();
          } catch (IOException e) {
            throw is(e) ? named(file, e) : e;
          }
        });
  }

  /** Whether the failure is that there is no room. */
  static boolean is(Exception failure) {
    String reason = Retries.reason(failure);
    return REASONS.stream().anyMatch(reason::endsWith);
  }

  /** A failure that names the file: a write that fails does not know its name. */
  private static IOException named(Path file, IOException failure) {
    String reason = Retries.reason(failure);
    IOException named =
        new FileSystemException(
            LocalPaths.describe(file),
            null,
            reason.substring(reason.lastIndexOf(": ") + 1).strip());
    named.addSuppressed(failure);
    return named;
  }
}
