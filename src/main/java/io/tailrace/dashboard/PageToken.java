package io.tailrace.dashboard;

import io.tailrace.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What proves that somebody may look at a page: text that cannot be guessed. */
final class PageToken {

  private static final int BYTES = 16;
  private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}");

  private PageToken() {}

  /** A new one. */
  static String random() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /**
   * The one of this user's pages on this machine, in a file that only the user can read, so that a
   * browser which knows it stays connected from one run to the next. Where there can be no such
   * file, a new one.
   */
  static String ofUser() {
    return in(Path.of(System.getProperty("user.home"), ".tailrace", "page-token"));
  }

  static String in(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return readOrWrite(file);
    } catch (IOException e) {
      return random();
    }
  }

  private static String readOrWrite(Path file) throws IOException {
    try {
      String kept = Files.readString(file).strip();
      if (TOKEN.matcher(kept).matches()) {
        return kept;
      }
      Files.delete(file);
    } catch (NoSuchFileException e) {
      // The first page of this user.
    }
    // Whole before it has its name, and only one gets that.
    Path own =
        Files.createTempFile(file.getParent(), "page-token", ".tmp", PrivateFile.attributes());
    try {
      Files.writeString(own, random());
      Files.createLink(file, own);
    } catch (FileAlreadyExistsException e) {
      // Another run was faster.
    } finally {
      Files.delete(own);
    }
    return Files.readString(file).strip();
  }
}
