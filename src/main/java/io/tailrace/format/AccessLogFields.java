package io.tailrace.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes lines of an access log apart into columns.
 *
 * <p>Text is UTF-8 without control characters: those, and bytes that are not UTF-8, are written as
 * Apache writes them, {@code \x00}. It may be cut, see {@link KeyBytes}. What the server wrote as
 * {@code -}, or not at all, is NULL.
 */
public final class AccessLogFields implements TypedFieldReader {

  /** The columns that a line has in any format. */
  public enum Column {
    HOST("host", SqlType.VARCHAR, AccessField.HOST),
    IDENTITY("identity", SqlType.VARCHAR, AccessField.IDENTITY),
    USER("user", SqlType.VARCHAR, AccessField.USER),
    TIME("time", SqlType.TIMESTAMP, null),
    METHOD("method", SqlType.VARCHAR, AccessField.METHOD),
    ENDPOINT("endpoint", SqlType.VARCHAR, AccessField.ENDPOINT),
    /** The endpoint without its query. */
    PATH("path", SqlType.VARCHAR, AccessField.ENDPOINT),
    PROTOCOL("protocol", SqlType.VARCHAR, AccessField.PROTOCOL),
    STATUS("status", SqlType.INTEGER, null),
    BYTES("bytes", SqlType.BIGINT, null),
    REFERER("referer", SqlType.VARCHAR, AccessField.REFERER),
    USER_AGENT("user_agent", SqlType.VARCHAR, AccessField.AGENT);

    private final String title;
    private final SqlType type;
    private final AccessField field;

    Column(String title, SqlType type, AccessField field) {
      this.title = title;
      this.type = type;
      this.field = field;
    }

    /** The column of a name, which there is. */
    public static Column of(String title) {
      return Arrays.stream(values())
          .filter(column -> column.title.equals(title))
          .findFirst()
          .orElseThrow();
    }

    /** Its name in SQL. */
    public String title() {
      return title;
    }

    /** Its type in SQL. */
    public SqlType type() {
      return type;
    }
  }

  private static final long MICROS_A_MILLI = 1_000;

  private final AccessLineParser parser;
  private final Column[] columns;

  /** The text of each column that is one, of the line that was read last. */
  private final KeyBytes[] texts;

  private final boolean[] areThere;

  /**
   * @param parser reads lines
   * @param columns what is asked for
   * @param longest the most bytes of a text
   */
  public AccessLogFields(AccessLineParser parser, List<Column> columns, int longest) {
    this.parser = parser;
    this.columns = columns.toArray(Column[]::new);
    this.texts = new KeyBytes[this.columns.length];
    this.areThere = new boolean[this.columns.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = this.columns[i].field == null ? null : new KeyBytes(longest);
    }
  }

  /** What reads the lines. */
  public AccessLineParser parser() {
    return parser;
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    Optional<String> problem = parser.parse(bytes, from, to);
    for (int i = 0; i < texts.length && problem.isEmpty(); i++) {
      if (texts[i] != null) {
        readText(i);
      }
    }
    return problem;
  }

  private void readText(int column) {
    AccessField field = columns[column].field;
    byte[] buffer = parser.buffer(field);
    int from = parser.from(field);
    int to = parser.to(field);
    if (columns[column] == Column.PATH) {
      to = startOfQuery(buffer, from, to);
    }
    areThere[column] = from < to;
    if (from < to) {
      texts[column].set(buffer, from, to);
    }
  }

  private static int startOfQuery(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '?') {
      end++;
    }
    return end;
  }

  @Override
  public Content content(int column) {
    if (texts[column] != null) {
      return areThere[column] ? Content.TEXT : Content.NOTHING;
    }
    return columns[column] == Column.BYTES && parser.bytes() < 0
        ? Content.NOTHING
        : Content.INTEGER;
  }

  @Override
  public byte[] bytes(int column) {
    return texts[column].bytes();
  }

  @Override
  public int from(int column) {
    return texts[column].from();
  }

  @Override
  public int to(int column) {
    return texts[column].to();
  }

  @Override
  public long number(int column) {
    return switch (columns[column]) {
      case TIME -> parser.timeMillis() * MICROS_A_MILLI;
      case STATUS -> parser.status();
      case BYTES -> parser.bytes();
      default -> throw new IllegalArgumentException(columns[column] + " is a text");
    };
  }
}
