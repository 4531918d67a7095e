package io.tailrace.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.tailrace.format.DoubleText;
import io.tailrace.report.Column;
import io.tailrace.report.FirstRows;
import io.tailrace.report.Report;
import io.tailrace.report.ReportRow;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.duckdb.DuckDBStruct;

/** Prints rows as a bordered table, as CSV (RFC 4180) or as a JSON object a line. */
public final class ResultPrinter {

  /** The forms in which rows can be printed. */
  public enum Format {
    table,
    csv,
    json
  }

  /**
   * In lists and structures, DuckDB's driver has times without a zone as times in that of this
   * machine, where the hour that is skipped in spring does not exist. So what has them stays text.
   */
  private static final Pattern LOCAL_TIME = Pattern.compile("TIMESTAMP(?! WITH TIME ZONE)");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As DuckDB writes it. */
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern(" HH:mm:ss")
          .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);

  private static final Set<String> INTEGERS_OF_DUCKDB =
      Set.of("HUGEINT", "UHUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT");

  private final PrintStream out;

  public ResultPrinter(PrintStream out) {
    this.out = out;
  }

  /** Prints all rows, in their order. */
  public void print(ResultSet rows, Format format) throws SQLException {
    switch (format) {
      case table -> printTable(rows, Integer.MAX_VALUE);
      case csv -> printCsv(rows);
      case json -> printJson(rows);
    }
    out.flush();
  }

  /** Prints the first rows as a table and tells how many there are. */
  public void printTable(ResultSet rows, int limit) throws SQLException {
    TextTable first = table(rows, limit);
    long total = first.cells().size();
    while (rows.next()) {
      total++;
    }
    printTable(first.names(), first.numbers(), first.cells(), total);
  }

  /** The next rows as a table: as many as there are up to a limit. */
  public static TextTable table(ResultSet rows, int limit) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    int count = columns.getColumnCount();
    List<String[]> cells = new ArrayList<>();
    boolean[] numbers = new boolean[count];
    String[] names = names(columns);
    for (int i = 0; i < count; i++) {
      numbers[i] = isNumber(columns, i + 1);
    }
    while (cells.size() < limit && rows.next()) {
      String[] row = new String[count];
      for (int i = 0; i < count; i++) {
        row[i] = text(rows, i + 1);
      }
      cells.add(row);
    }
    return new TextTable(names, numbers, cells);
  }

  /** The same for a report, in the order of its keys. */
  public void printTable(Report report, FirstRows first) {
    List<Column> columns = report.shownColumns();
    boolean[] numbers = new boolean[columns.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = columns.get(i).type().isNumber();
    }
    List<String[]> cells = new ArrayList<>();
    for (ReportRow row : first.rows()) {
      cells.add(
          columns.stream().map(column -> text(column.value().of(row))).toArray(String[]::new));
    }
    printTable(
        columns.stream().map(Column::name).toArray(String[]::new), numbers, cells, first.total());
  }

  private void printTable(String[] names, boolean[] numbers, List<String[]> cells, long total) {
    new TextTable(names, numbers, cells).lines().forEach(out::println);
    String more =
        total > cells.size() ? String.format(", the first %,d are shown", cells.size()) : "";
    out.printf("(%,d %s%s)%n", total, total == 1 ? "row" : "rows", more);
  }

  /**
   * The names of the columns, each once: of several columns of a name, in any case, the first has
   * it, the others get a number that no column has, as in {@code x}, {@code x_1}.
   */
  private static String[] names(ResultSetMetaData columns) throws SQLException {
    String[] names = new String[columns.getColumnCount()];
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
      given.add(names[i]);
    }
    Set<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      for (int number = 1; !used.add(names[i]); number++) {
        String other = name + "_" + number;
        names[i] = given.contains(other) ? name : other;
      }
    }
    return names;
  }

  /** A time is that of UTC, as in all else that is said of times. */
  public static String text(ResultSet rows, int column) throws SQLException {
    Object value = rows.getObject(column);
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString();
    }
    if (value instanceof Timestamp) {
      return text(rows.getObject(column, LocalDateTime.class));
    }
    return value instanceof Boolean || value instanceof Double
        ? text(value)
        : rows.getString(column);
  }

  /** A value of a report as {@link #text(ResultSet, int)} has it, or null. */
  private static String text(Object value) {
    if (value instanceof LocalDateTime time) {
      return DATE_TIME.format(time);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof Double number) {
      return DoubleText.of(number);
    }
    return value == null ? null : value.toString();
  }

  private void printCsv(ResultSet rows) throws SQLException {
    String[] names = names(rows.getMetaData());
    int count = names.length;
    List<String> cells = new ArrayList<>();
    for (String name : names) {
      cells.add(csv(name));
    }
    out.print(String.join(",", cells) + "\r\n");
    while (rows.next()) {
      cells.clear();
      for (int i = 1; i <= count; i++) {
        String value = text(rows, i);
        cells.add(value == null ? "" : csv(value));
      }
      out.print(String.join(",", cells) + "\r\n");
    }
  }

  private static String csv(String value) {
    boolean plain =
        value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && !value.isEmpty();
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private void printJson(ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    String[] names = names(columns);
    while (rows.next()) {
      Map<String, Object> object = new LinkedHashMap<>();
      for (int i = 1; i <= names.length; i++) {
        Object value = rows.getObject(i);
        boolean isText = LOCAL_TIME.matcher(columns.getColumnTypeName(i)).find();
        boolean isJson = isPlain(value) || isNested(value) && !isText;
        object.put(names[i - 1], isJson ? jsonValue(value) : text(rows, i));
      }
      out.println(toJson(object));
    }
  }

  private static boolean isPlain(Object value) {
    return value == null || value instanceof Number || value instanceof Boolean;
  }

  private static boolean isNested(Object value) {
    return value instanceof Array || value instanceof DuckDBStruct || value instanceof Map;
  }

  /** What JSON has for a list, a structure, a map, or a value in one of them. */
  private static Object jsonValue(Object value) throws SQLException {
    if (value instanceof Array list) {
      List<Object> elements = new ArrayList<>();
      for (Object element : (Object[]) list.getArray()) {
        elements.add(jsonValue(element));
      }
      return elements;
    }
    if (value instanceof DuckDBStruct structure) {
      return jsonObject(structure.getMap());
    }
    if (value instanceof Map<?, ?> map) {
      return jsonObject(map);
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString();
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return new RawValue(DoubleText.of(number));
    }
    return isPlain(value) ? value : text(value);
  }

  private static Map<String, Object> jsonObject(Map<?, ?> values) throws SQLException {
    Map<String, Object> object = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      object.put(String.valueOf(entry.getKey()), jsonValue(entry.getValue()));
    }
    return object;
  }

  private static String toJson(Map<String, Object> object) {
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the values of a column are numbers. */
  public static boolean isNumber(ResultSetMetaData columns, int column) throws SQLException {
    return switch (columns.getColumnType(column)) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.DECIMAL,
          Types.NUMERIC ->
          true;
      // DuckDB has types that JDBC does not know.
      default -> INTEGERS_OF_DUCKDB.contains(columns.getColumnTypeName(column));
    };
  }
}
