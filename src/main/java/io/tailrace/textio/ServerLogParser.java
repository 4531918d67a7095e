package io.tailrace.textio;

import io.tailrace.format.CsvFields;
import io.tailrace.format.CsvSettings;
import io.tailrace.format.FieldReader.Content;
import io.tailrace.sql.function.Casts;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.ValueException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Reads lines of {@code serverID,severity,timestamp}, as {@code server-logs.sql} declares them: the
 * same lines are records, and for the same reasons others are none.
 *
 * <p>A parser holds the fields of the line that it read last; it is not safe for use by more than
 * one thread.
 */
final class ServerLogParser {

  /** The longest line that can be a record. */
  static final int MAX_LINE_BYTES = 1 << 20;

  static final Optional<String> TOO_LONG = Optional.of("line longer than 1 MiB");

  private static final List<String> COLUMNS = List.of("serverID", "severity", "timestamp");
  private static final int SERVER = 0;
  private static final int SEVERITY = 1;
  private static final int TIMESTAMP = 2;

  private final CsvFields fields =
      new CsvFields(
          CsvSettings.of(Map.of("trim", "true")),
          COLUMNS.size(),
          false,
          SERVER,
          SEVERITY,
          TIMESTAMP);
  private final Text text = new Text();
  private String server;
  private int severity;
  private long timestamp;

  /**
   * Reads the line in {@code bytes[from, to)}, which holds no line feed.
   *
   * @return empty if the line is a record, whose fields can then be asked for; otherwise the reason
   *     why it is none
   */
  Optional<String> parse(byte[] bytes, int from, int to) {
    if (to - from > MAX_LINE_BYTES) {
      return TOO_LONG;
    }
    Optional<String> problem = fields.read(bytes, from, to);
    if (problem.isPresent()) {
      return problem;
    }
    try {
      server = text(SERVER).toString();
      int serverBytes = text.length();
      severity = (int) number(SEVERITY, Casts::toInteger, "an INTEGER");
      timestamp = number(TIMESTAMP, Casts::toBigint, "a BIGINT");
      require("strlen(serverID) BETWEEN 1 AND 256", serverBytes >= 1 && serverBytes <= 256);
      require("severity BETWEEN 0 AND 2", severity >= 0 && severity <= 2);
      require("\"timestamp\" >= 1", timestamp >= 1);
      return Optional.empty();
    } catch (ValueException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Text text(int column) {
    if (fields.content(column) == Content.NOTHING) {
      throw new ValueException(String.format("column '%s' is NULL", COLUMNS.get(column)));
    }
    text.set(fields.bytes(column), fields.from(column), fields.to(column));
    return text;
  }

  private long number(int column, ToLongFunction<Text> cast, String type) {
    Text value = text(column);
    try {
      return cast.applyAsLong(value);
    } catch (ValueException e) {
      throw new ValueException(
          String.format("column '%s': '%s' is not %s", COLUMNS.get(column), value, type));
    }
  }

  private static void require(String check, boolean isMet) {
    if (!isMet) {
      throw new ValueException(String.format("CHECK (%s) is not met", check));
    }
  }

  /** The server of the last record: 1 to 256 bytes of UTF-8. */
  String server() {
    return server;
  }

  /** 0 (severe), 1 (minor) or 2 (service call). */
  int severity() {
    return severity;
  }

  /** At least 1. */
  long timestamp() {
    return timestamp;
  }
}
