package io.tailrace;

import io.tailrace.options.UsageException;
import io.tailrace.storage.LocalPaths;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The text that a process is given and prints: UTF-8, whatever the locale. Java takes the locale's
 * encoding, which is ASCII in containers and under cron.
 */
final class Utf8Process {

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final Charset NATIVE = nativeCharset();

  private Utf8Process() {}

  private static Charset nativeCharset() {
    String name = System.getProperty("sun.jnu.encoding", "UTF-8");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
  }

  /** Has standard output and standard error in UTF-8 from now on. */
  static void printUtf8() {
    boolean isUtf8 =
        Stream.of("stdout.encoding", "stderr.encoding")
            .map(name -> System.getProperty(name, Charset.defaultCharset().name()))
            .allMatch(StandardCharsets.UTF_8.name()::equalsIgnoreCase);
    if (!isUtf8) {
      System.setOut(utf8(FileDescriptor.out));
      System.setErr(utf8(FileDescriptor.err));
    }
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
  }

  /**
   * The arguments of this process as they were given.
   *
   * @param arguments what Java has made of them
   * @throws UsageException if one of them is not UTF-8, or what it was is not known, or the locale
   *     cannot express where relative names begin
   */
  static List<String> arguments(String... arguments) {
    try {
      LocalPaths.requireWorkingDirectory();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    if (Stream.of(arguments).allMatch(Utf8Process::isUndamaged)) {
      return List.of(arguments);
    }
    List<byte[]> given = commandLine();
    int before = given.size() - arguments.length;
    List<String> all = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      List<byte[]> place = before < 0 ? List.of() : List.of(given.get(before + i));
      Optional<byte[]> bytes =
          Stream.concat(place.stream(), within(given, argument).stream())
              .filter(g -> new String(g, NATIVE).equals(argument))
              .findFirst();
      all.add(isUndamaged(argument) ? argument : decode(argument, bytes));
    }
    return all;
  }

  /** Where the locale is not UTF-8, whatever is not ASCII was taken for something else. */
  private static boolean isUndamaged(String argument) {
    return argument
        .chars()
        .allMatch(c -> NATIVE.equals(StandardCharsets.UTF_8) ? c != '\ufffd' : c < 0x80);
  }

  /** In Maven's process, arguments are parts of a word; one that only a single part can be. */
  private static Optional<byte[]> within(List<byte[]> words, String argument) {
    Set<String> parts = new HashSet<>();
    for (byte[] word : words) {
      String text = new String(word, NATIVE);
      boolean isByteByByte = text.length() == word.length;
      for (int at = -1; isByteByByte && (at = text.indexOf(argument, at + 1)) >= 0; ) {
        parts.add(new String(word, at, argument.length(), StandardCharsets.ISO_8859_1));
      }
    }
    return parts.size() == 1
        ? Optional.of(parts.iterator().next().getBytes(StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }

  private static String decode(String argument, Optional<byte[]> bytes) {
    return bytes
        .flatMap(LocalPaths::decode)
        .orElseThrow(
            () ->
                new UsageException(
                    String.format(
                        "the argument '%s' is not UTF-8; if it was, set LC_ALL=C.UTF-8",
                        bytes.map(LocalPaths::describe).orElse(argument))));
  }

  /** The words of the command line, where the system tells them. */
  private static List<byte[]> commandLine() {
    List<byte[]> words = new ArrayList<>();
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    try {
      for (byte b : Files.readAllBytes(COMMAND_LINE)) {
        if (b == 0) {
          words.add(word.toByteArray());
          word.reset();
        } else {
          word.write(b);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return words;
  }
}
