package io.tailrace.it;

import io.tailrace.feed.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Server logs as people have them, the same ones each time: plain and packed files, both line ends,
 * and a bad line now and then.
 */
final class MixedLogs {

  private static final int LINES = 4_000;
  private static final int SERVERS = 7;
  private static final int LAST_TIMESTAMP = 100_000;
  private static final int LINES_A_SEVERE_ONE = 40;
  private static final int LINES_A_BAD_ONE = 150;
  private static final int FILES_A_PACKED_ONE = 5;
  private static final int FILES_A_CRLF_ONE = 3;

  private static final List<String> BAD_LINES =
      List.of("s1,2", ",2,5", "s1,3,5", "s2,2,soon", "s2,0,0", "what, \"is\", this, line");

  private MixedLogs() {}

  /** The name of a file. */
  static String name(int number) {
    return String.format("log-%04d.csv%s", number, isPacked(number) ? "." + packing(number) : "");
  }

  /** The content of a file, whose lines are {@link #lines} many. */
  static byte[] content(int number) throws IOException {
    byte[] text = text(number);
    return isPacked(number) ? packing(number).pack(text) : text;
  }

  /** The content of a file before it is packed. */
  static byte[] text(int number) {
    Random random = new Random(number);
    String lineEnd = number % FILES_A_CRLF_ONE == 0 ? "\r\n" : "\n";
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < LINES; line++) {
      text.append(line(random)).append(lineEnd);
    }
    // The last line has no end.
    text.setLength(text.length() - lineEnd.length());
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How many lines the first so many files have. */
  static long lines(int files) {
    return (long) files * LINES;
  }

  /** Whether a line, without its end, is one of the bad ones. */
  static boolean isBad(String line) {
    return BAD_LINES.contains(line);
  }

  private static boolean isPacked(int number) {
    return number % FILES_A_PACKED_ONE == 0;
  }

  private static Packing packing(int number) {
    Packing[] all = Packing.values();
    return all[number / FILES_A_PACKED_ONE % all.length];
  }

  private static String line(Random random) {
    if (random.nextInt(LINES_A_BAD_ONE) == 0) {
      return BAD_LINES.get(random.nextInt(BAD_LINES.size()));
    }
    int severity = random.nextInt(LINES_A_SEVERE_ONE) == 0 ? 0 : 1 + random.nextInt(2);
    return String.format(
        "s%d,%d,%d", 1 + random.nextInt(SERVERS), severity, 1 + random.nextInt(LAST_TIMESTAMP));
  }
}
