package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads lines of an access log.
 *
 * <p>Text is what the server wrote, byte by byte. Escapes such as {@code \"} and {@code \xb0} stay
 * as they are. Bytes that are not UTF-8 do not make a line less of a record: its request was
 * answered, and no number depends on them. {@link KeyBytes} makes of any text what a report can
 * have as a key.
 *
 * <p>A parser holds the fields of the line that it read last, if that was a record. It is not safe
 * for use by more than one thread; {@link AccessLogFormat#parser()} makes one for each unit.
 */
public interface AccessLineParser {

  /** The longest line that can be a record. */
  int MAX_LINE_BYTES = 1 << 20;

  /**
   * Reads the line in {@code bytes[from, to)}, which holds no line feed. The fields can be asked
   * for as long as these bytes stay what they are.
   *
   * @return empty if the line is a record; otherwise the reason why it is none
   */
  Optional<String> parse(byte[] bytes, int from, int to);

  /** The array that holds a field of the last line. */
  byte[] buffer(AccessField field);

  /** Where a field of the last line begins in its {@link #buffer}. */
  int from(AccessField field);

  /** Where a field of the last line ends in its {@link #buffer}, exclusive. */
  int to(AccessField field);

  /**
   * Whether the last line has nothing in a field: the server wrote {@code -} or no text at all
   * there, the request is none from which it could be taken, or the format has no such field.
   */
  default boolean isAbsent(AccessField field) {
    return from(field) == to(field);
  }

  /** A field of the last line, or null if it is absent. What is not UTF-8 in it is replaced. */
  default String text(AccessField field) {
    return isAbsent(field)
        ? null
        : new String(buffer(field), from(field), to(field) - from(field), StandardCharsets.UTF_8);
  }

  /** When the request came, in milliseconds since 1970-01-01T00:00:00Z; before that, negative. */
  long timeMillis();

  /** The status of the answer, 0 to 999. */
  int status();

  /** The bytes of the answer without its headers, or -1 where the log has {@code -} or no bytes. */
  long bytes();
}
