package io.tailrace.benchmark;

/** Lines of {@code serverID,severity,timestamp} for small files. */
final class Lines {

  private static final int SERVERS = 10;
  private static final int SEVERITIES = 3;

  private Lines() {}

  /**
   * The content of a file.
   *
   * @param count how many lines it has
   * @param file tells it from others
   */
  static String of(int count, int file) {
    StringBuilder lines = new StringBuilder();
    for (int line = 0; line < count; line++) {
      int number = file + line;
      lines.append('s').append(number % SERVERS).append(',');
      lines.append(number % SEVERITIES).append(',').append(number + 1).append('\n');
    }
    return lines.toString();
  }
}
