package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.format.SqlType;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Function;
import io.tailrace.sql.SqlReport.Key;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.table.HeldRows;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;

/** Hand-built statements, and a unit that takes records for them. */
final class SqlUnits implements RecordOrigin {

  /** Written in the place of a field: there is none. */
  static final String NOTHING = "~";

  /** Between the fields of a record. */
  private static final String DELIMITER = "|";

  final SqlRecords records;
  final List<ReportTable> tables = new ArrayList<>();
  private final List<HeldRows> rows;
  private final CompiledRecords unit;
  private long offset;

  /** Begins a unit. */
  SqlUnits(SqlRecords records, int columns) {
    this.records = records;
    records.reports().forEach(report -> tables.add(report.newTable()));
    rows = records.logs().stream().map(HeldRows::of).toList();
    unit = records.begin(new Fields(columns), this, tables, rows);
  }

  /** The rows of a log. */
  List<GenericRecord> rows(int log) {
    return IntStream.range(0, rows.get(log).rows()).mapToObj(rows.get(log)::row).toList();
  }

  /** Takes a record with these fields. */
  Optional<String> add(Object... fields) {
    byte[] bytes = text(fields).getBytes(StandardCharsets.UTF_8);
    Optional<String> problem = unit.record(bytes, 0, bytes.length);
    // What is kept is a copy.
    Arrays.fill(bytes, (byte) '?');
    offset += bytes.length + 1;
    return problem;
  }

  private static String text(Object... fields) {
    return String.join(
        DELIMITER,
        Arrays.stream(fields).map(field -> field == null ? NOTHING : field.toString()).toList());
  }

  /** The rows of a report by their keys, as they are shown. */
  Map<String, List<Object>> shown(int report) {
    return shown(records.reports().get(report), tables.get(report));
  }

  static Map<String, List<Object>> shown(Report report, ReportTable table) {
    Map<String, List<Object>> shown = new LinkedHashMap<>();
    for (int row = 0; row < table.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (io.tailrace.report.Column column : report.columns()) {
        values.add(column.value().of(report.row(table, row)));
      }
      shown.put(table.key(row), values);
    }
    return shown;
  }

  @Override
  public String file() {
    return "f.csv";
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public int partition() {
    return 3;
  }

  @Override
  public long modifiedMillis() {
    return 1_000;
  }

  static InputTable input(String format, List<Check> checks, InputColumn... columns) {
    return new InputTable(
        "input", List.of(columns), checks, format, Optional.empty(), Optional.empty(), Map.of());
  }

  static InputColumn column(String name, SqlType type) {
    return new InputColumn(name, List.of(name), type, false, Origin.FIELD);
  }

  static InputColumn required(String name, SqlType type) {
    return new InputColumn(name, List.of(name), type, true, Origin.FIELD);
  }

  static InputColumn origin(String name, SqlType type, Origin origin) {
    return new InputColumn(name, List.of(name), type, false, origin);
  }

  static Expression at(int column, SqlType type) {
    return new Expression.ColumnValue(column, type);
  }

  static Expression constant(Serializable value, SqlType type) {
    return new Expression.Constant(value, type);
  }

  static Expression call(String function, SqlType type, Expression... arguments) {
    return new Expression.Call(function, List.of(arguments), type);
  }

  static Expression is(String function, Expression... arguments) {
    return call(function, SqlType.BOOLEAN, arguments);
  }

  static Key key(Expression value) {
    return new Key(value, value.toString());
  }

  static Aggregate aggregate(Function function, SqlType type, Expression... arguments) {
    return new Aggregate(function, List.of(arguments), Optional.empty(), type, function.name());
  }

  static Aggregate where(Aggregate aggregate, Expression filter) {
    return new Aggregate(
        aggregate.function(),
        aggregate.arguments(),
        Optional.of(filter),
        aggregate.type(),
        aggregate.text());
  }

  static NamedExpression named(String name, Expression value) {
    return new NamedExpression(name, value);
  }

  /** A report that shows its keys, then its aggregates. */
  static SqlReport report(
      String name, Optional<Expression> filter, List<Key> keys, Aggregate... aggregates) {
    List<NamedExpression> columns = new ArrayList<>();
    for (Key key : keys) {
      columns.add(named("k" + columns.size(), at(columns.size(), key.value().type())));
    }
    for (Aggregate aggregate : aggregates) {
      columns.add(named("a" + columns.size(), at(columns.size(), aggregate.type())));
    }
    return new SqlReport(name, filter, keys, List.of(aggregates), columns);
  }

  /**
   * Fields between bars. What JSON says of a field is in a letter and a colon before it: a number,
   * a truth, or what has others in it.
   */
  private static final class Fields implements FieldReader {

    private final Content[] contents;
    private final int[] from;
    private final int[] to;
    private byte[] bytes;

    Fields(int columns) {
      contents = new Content[columns];
      from = new int[columns];
      to = new int[columns];
    }

    @Override
    public Optional<String> read(byte[] record, int begin, int end) {
      String text = new String(record, begin, end - begin, StandardCharsets.UTF_8);
      String[] fields = text.split("\\" + DELIMITER, -1);
      if (fields.length != contents.length) {
        return Optional.of("wrong number of fields");
      }
      StringBuilder plain = new StringBuilder();
      for (int i = 0; i < fields.length; i++) {
        String field = fields[i];
        contents[i] =
            field.equals(NOTHING)
                ? Content.NOTHING
                : field.startsWith("n:")
                    ? number(field)
                    : field.startsWith("t:")
                        ? Content.TRUTH
                        : field.startsWith("{") ? Content.NESTED : Content.TEXT;
        if (field.startsWith("n:") || contents[i] == Content.TRUTH) {
          field = field.substring(2);
        }
        from[i] = plain.toString().getBytes(StandardCharsets.UTF_8).length;
        plain.append(field);
        to[i] = plain.toString().getBytes(StandardCharsets.UTF_8).length;
      }
      bytes = plain.toString().getBytes(StandardCharsets.UTF_8);
      return Optional.empty();
    }

    private static Content number(String field) {
      return field.matches("n:-?[0-9]+") ? Content.INTEGER : Content.REAL;
    }

    @Override
    public Content content(int column) {
      return contents[column];
    }

    @Override
    public byte[] bytes(int column) {
      return bytes;
    }

    @Override
    public int from(int column) {
      return from[column];
    }

    @Override
    public int to(int column) {
      return to[column];
    }
  }
}
