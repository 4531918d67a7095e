package io.tailrace.storage;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Names of files of this machine, which are bytes there: UTF-8, whatever the locale.
 *
 * <p>Java takes them in the locale's encoding ({@code sun.jnu.encoding}), so that under {@code
 * LC_ALL=C} a {@link Path} can be made of ASCII alone. By a URI it can be made of any bytes.
 */
public final class LocalPaths {

  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "");
  private static final boolean IS_UTF_8 = ENCODING.equalsIgnoreCase("UTF-8");
  private static final String REMEDY = "set LC_ALL=C.UTF-8, or use bin/tailrace, which does";
  private static final char REPLACEMENT_CHARACTER = '\ufffd';

  private LocalPaths() {}

  /** The path of a name. */
  public static Path path(String name) {
    if (IS_UTF_8 || isAscii(name)) {
      return Path.of(name);
    }
    StringBuilder uri = new StringBuilder("file://");
    if (!name.startsWith("/")) {
      uri.append(Path.of("").toAbsolutePath().toUri().getRawPath()).append('/');
    }
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b == '/' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
      uri.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** The absolute path of a name, without {@code .} and {@code ..}. */
  public static Path absolute(String name) {
    return path(name).toAbsolutePath().normalize();
  }

  /**
   * Requires that Java knows where relative names begin: it has no other name for that folder.
   *
   * @throws IllegalArgumentException with the remedy if the locale cannot express it
   */
  public static void requireWorkingDirectory() {
    boolean isThere;
    try {
      isThere = Files.isDirectory(Path.of(System.getProperty("user.dir")));
    } catch (InvalidPathException e) {
      isThere = false;
    }
    if (!isThere) {
      throw new IllegalArgumentException(
          String.format(
              "the name of the working directory is not in the locale's encoding %s; %s",
              ENCODING, IS_UTF_8 ? "start from another one" : REMEDY));
    }
  }

  /** The name of a path, if it is UTF-8. */
  public static Optional<String> name(Path path) {
    String name = path.toString();
    if (isAscii(name) || IS_UTF_8 && isDecoded(name, path)) {
      return Optional.of(name);
    }
    return decode(bytes(path));
  }

  /** Bytes as text, if they are UTF-8. */
  public static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isDecoded(String name, Path path) {
    return name.indexOf(REPLACEMENT_CHARACTER) < 0 || Path.of(name).equals(path);
  }

  /** The name of a path for people: bytes that are not UTF-8 read {@code \xff}. */
  static String describe(Path path) {
    return describe(bytes(path));
  }

  /** Bytes as text for people: those that are not UTF-8 read {@code \xff}. */
  public static String describe(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    StringBuilder text = new StringBuilder();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      text.append(out.flip());
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(String.format("\\x%02x", in.get()));
      }
    }
  }

  private static byte[] bytes(Path path) {
    String uri = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) == '%') {
        bytes.write(Integer.parseInt(uri.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(uri.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /**
   * Requires that all of Java, and what it calls, can name a file.
   *
   * @return the same name
   * @throws IllegalArgumentException with the remedy if the locale cannot express the name
   */
  static String requireExpressible(String name) {
    if (!IS_UTF_8 && !isAscii(name)) {
      throw new IllegalArgumentException(
          String.format(
              "%s cannot be named in the locale's encoding %s; %s", name, ENCODING, REMEDY));
    }
    return name;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
