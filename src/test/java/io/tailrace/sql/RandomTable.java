package io.tailrace.sql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A random table and the lines of its file, CSV or JSON. Each record has a column {@code id} that
 * no other record has. Some columns of JSON are fields of a ROW {@code r}, others are ARRAYs of
 * values or of ROWs.
 */
final class RandomTable {

  /** The types of columns and expressions. */
  enum Type {
    BOOLEAN("BOOLEAN"),
    INTEGER("INTEGER"),
    BIGINT("BIGINT"),
    DECIMAL("DECIMAL(9, 2)"),
    WIDE("DECIMAL(24, 3)"),
    DOUBLE("DOUBLE"),
    VARCHAR("VARCHAR"),
    DATE("DATE"),
    TIMESTAMP("TIMESTAMP");

    private final String sql;

    Type(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }

    boolean isNumber() {
      return this == INTEGER || this == BIGINT || this == DECIMAL || this == WIDE || this == DOUBLE;
    }
  }

  /**
   * A column.
   *
   * @param required whether it is NOT NULL
   * @param inRow whether it is a field of the ROW
   */
  record Column(String name, Type type, boolean required, boolean inRow) {

    /** What it is called in a statement. */
    String path() {
      return inRow ? ROW + "." + name : name;
    }
  }

  /**
   * An ARRAY.
   *
   * @param types of its elements; more than one if they are ROWs with fields {@code f0}, {@code f1}
   *     and so on
   */
  record ArrayColumn(String name, List<Type> types) {

    boolean isOfRows() {
      return types.size() > 1;
    }

    /** Its type in DuckDB. */
    String sql() {
      return (isOfRows() ? "STRUCT(" + fields() + ")" : types.get(0).sql()) + "[]";
    }

    /** Its type as it is declared. */
    String declared() {
      return "ARRAY<" + (isOfRows() ? "ROW<" + fields() + ">" : types.get(0).sql()) + ">";
    }

    private String fields() {
      return IntStream.range(0, types.size())
          .mapToObj(i -> "f" + i + " " + types.get(i).sql())
          .collect(Collectors.joining(", "));
    }

    /** The parts of an element of a type, behind its place. */
    List<String> parts(Type type) {
      return IntStream.range(0, types.size())
          .filter(i -> types.get(i) == type)
          .mapToObj(i -> isOfRows() ? ".f" + i : "")
          .toList();
    }
  }

  /**
   * A line of the file.
   *
   * @param text what the pipeline reads
   * @param plain the record without fields that belong to no column, which DuckDB reads; null for a
   *     line that is no record
   * @param rescued what the column {@code _rescued} has, or null
   */
  record Line(String text, String plain, String rescued) {

    boolean isRecord() {
      return plain != null;
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final String ROW = "r";
  private static final int MOST_ROWS = 120;

  private static final List<String> TEXTS =
      List.of(
          "a",
          "b",
          "A",
          "error",
          "Error in x",
          "x%y_z",
          "ümlaut",
          "ÄÖÜ ß",
          "日本",
          "😀 smile",
          " padded ",
          "a,b",
          "say \"hi\"",
          "it's",
          "back\\slash",
          "12",
          "-7",
          " 42 ",
          "+5",
          "1.5",
          "1.005",
          ".5",
          "1e3",
          "99999999999",
          "true",
          "t",
          "no",
          "",
          "null",
          "2024-02-29",
          "2024-02-30",
          "2023-12-31 23:59:59.5",
          "a.b.c",
          "..",
          "\u001f",
          "\u001b",
          "tab\there");

  private final Random random;
  private final boolean json;

  /** Whether records may have more fields than columns, which {@code _rescued} must be read for. */
  private final boolean rescues;

  /** What ends a line, but for its line feed. */
  private final String lineEnd;

  private final List<Column> columns = new ArrayList<>();
  private final List<ArrayColumn> arrays = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();

  private RandomTable(Random random) {
    this.random = random;
    this.json = random.nextBoolean();
    this.rescues = random.nextInt(3) == 0;
    this.lineEnd = random.nextInt(5) == 0 ? "\r" : "";
  }

  static RandomTable of(Random random) {
    RandomTable table = new RandomTable(random);
    table.addColumns();
    int records = random.nextInt(10) == 0 ? 0 : random.nextInt(MOST_ROWS);
    for (int id = 0; id < records; id++) {
      table.lines.add(table.record(id));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      Line broken = new Line(table.broken() + table.lineEnd, null, null);
      table.lines.add(random.nextInt(table.lines.size() + 1), broken);
    }
    return table;
  }

  private void addColumns() {
    columns.add(new Column("id", Type.BIGINT, true, false));
    int count = 2 + random.nextInt(5);
    boolean hasRow = json && random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      Type type = anyType();
      boolean inRow = hasRow && i >= count - 2;
      columns.add(new Column("c" + i, type, !inRow && random.nextInt(4) == 0, inRow));
    }
    if (json && random.nextInt(3) == 0) {
      arrays.add(new ArrayColumn("a0", List.of(anyType())));
      arrays.add(new ArrayColumn("a1", List.of(anyType(), anyType())));
    }
  }

  private Type anyType() {
    return Type.values()[random.nextInt(Type.values().length)];
  }

  List<Column> columns() {
    return columns;
  }

  List<ArrayColumn> arrays() {
    return arrays;
  }

  /** The ROW that has all of its fields, if there is one. */
  Optional<String> row() {
    return columns.stream().anyMatch(Column::inRow) ? Optional.of(ROW) : Optional.empty();
  }

  List<Line> lines() {
    return lines;
  }

  boolean isJson() {
    return json;
  }

  boolean rescues() {
    return rescues;
  }

  /** What is between the records of the file. */
  String separator() {
    return lineEnd + "\n";
  }

  private Line record(long id) {
    return json ? jsonRecord(id) : csvRecord(id);
  }

  private String value(Column column, long id) {
    return column.name().equals("id") ? Long.toString(id) : value(column.type());
  }

  private boolean isNull(Column column) {
    return !column.required() && random.nextInt(5) == 0;
  }

  private Line csvRecord(long id) {
    List<String> fields = new ArrayList<>();
    for (Column column : columns) {
      fields.add(isNull(column) ? "" : csv(value(column, id)));
    }
    String plain = String.join(",", fields);
    boolean isLonger = rescues && random.nextInt(12) == 0;
    return isLonger
        ? new Line(plain + ",more,\"a,b\"" + lineEnd, plain, "[\"more\",\"a,b\"]")
        : new Line(plain + lineEnd, plain, null);
  }

  private String csv(String text) {
    return text.isEmpty() || text.matches("(?s).*[,\"\\s].*")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  private Line jsonRecord(long id) {
    List<String> fields = new ArrayList<>();
    List<String> inner = new ArrayList<>();
    for (Column column : columns) {
      boolean isNull = isNull(column);
      if (!isNull || random.nextBoolean()) {
        String value = isNull ? "null" : jsonValue(column.type(), value(column, id));
        (column.inRow() ? inner : fields).add(json(column.name()) + ": " + value);
      }
    }
    if (columns.stream().anyMatch(Column::inRow) && random.nextInt(6) > 0) {
      String row = random.nextInt(6) == 0 ? "null" : "{" + String.join(",", inner) + "}";
      fields.add(random.nextInt(fields.size() + 1), json(ROW) + ": " + row);
    }
    for (ArrayColumn array : arrays) {
      if (random.nextInt(6) > 0) {
        fields.add(json(array.name()) + ": " + (random.nextInt(6) == 0 ? "null" : json(array)));
      }
    }
    String plain = "{" + String.join(", ", fields) + "}";
    if (random.nextInt(12) > 0) {
      return new Line(plain + lineEnd, plain, null);
    }
    fields.add(
        random.nextInt(fields.size() + 1), "\"extra\" : [1, {\"a\": [true, null]}, \"}\\\"\"]");
    return new Line(
        "{" + String.join(", ", fields) + "}" + lineEnd,
        plain,
        "{\"extra\":[1,{\"a\":[true,null]},\"}\\\"\"]}");
  }

  private String json(ArrayColumn array) {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      elements.add(
          random.nextInt(6) == 0
              ? "null"
              : array.isOfRows() ? jsonRow(array) : jsonValue(array.types().get(0)));
    }
    return "[" + String.join(oneOf(",", ", "), elements) + "]";
  }

  private String jsonRow(ArrayColumn array) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < array.types().size(); i++) {
      if (random.nextInt(6) > 0) {
        String value = random.nextInt(6) == 0 ? "null" : jsonValue(array.types().get(i));
        fields.add(json("f" + i) + oneOf(":", ": ") + value);
      }
    }
    return "{" + String.join(",", fields) + "}";
  }

  private String oneOf(String one, String other) {
    return random.nextBoolean() ? one : other;
  }

  private String jsonValue(Type type) {
    return jsonValue(type, value(type));
  }

  private String jsonValue(Type type, String value) {
    boolean canBeNumber = type != Type.VARCHAR && value.matches("-?\\d+(\\.\\d+)?(e\\d+)?");
    boolean isTruth = type == Type.BOOLEAN;
    boolean isWholeText = type == Type.VARCHAR && value.matches("0|-?[1-9]\\d{0,15}");
    if (isWholeText && random.nextBoolean()) {
      return value;
    }
    return (canBeNumber || isTruth) && random.nextInt(8) > 0 ? value : json(value);
  }

  private static String json(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** A line that is no record. */
  private String broken() {
    List<String> all =
        json
            ? List.of(
                "{\"id\": ",
                "{\"id\": \"x\"}",
                "{\"id\": null}",
                "[1]",
                "nonsense",
                "{\"id\": 1} 2")
            : List.of("x,\"open", "1", "no number" + ",".repeat(columns.size() - 1), "1,\"a\"b,c");
    return all.get(random.nextInt(all.size()));
  }

  /** The text of a random value, which is not NULL. */
  String value(Type type) {
    return switch (type) {
      case BOOLEAN -> Boolean.toString(random.nextBoolean());
      case INTEGER -> Integer.toString(integer());
      case BIGINT ->
          Long.toString(
              switch (random.nextInt(12)) {
                case 0 -> Long.MAX_VALUE;
                case 1 -> Long.MIN_VALUE;
                case 2 -> random.nextLong();
                default -> integer();
              });
      case DECIMAL -> decimal(random.nextInt(2_000_000) - 1_000_000, 2);
      case WIDE -> decimal(random.nextLong() >> random.nextInt(40), 3);
      case DOUBLE -> number();
      case VARCHAR -> TEXTS.get(random.nextInt(TEXTS.size()));
      case DATE -> date();
      case TIMESTAMP ->
          String.format(
              "%s %02d:%02d:%02d%s",
              date(),
              random.nextInt(24),
              random.nextInt(60),
              random.nextInt(60),
              random.nextBoolean() ? "" : String.format(".%06d", random.nextInt(1_000_000)));
    };
  }

  private int integer() {
    return switch (random.nextInt(12)) {
      case 0 -> Integer.MAX_VALUE;
      case 1 -> Integer.MIN_VALUE;
      default -> random.nextInt(20) - 6;
    };
  }

  static String decimal(long unscaled, int scale) {
    return BigDecimal.valueOf(unscaled, scale).toPlainString();
  }

  /** Multiples of a quarter, whose sums are exact whatever their order. */
  private String number() {
    return switch (random.nextInt(14)) {
      case 0 -> "1e300";
      case 1 -> "0.0";
      default -> String.format(Locale.ROOT, "%.2f", (random.nextInt(8_000) - 4_000) / 4.0);
    };
  }

  private String date() {
    return String.format(
        "%04d-%02d-%02d",
        random.nextInt(20) == 0 ? 1582 + random.nextInt(1_000) : 2020 + random.nextInt(6),
        1 + random.nextInt(12),
        1 + random.nextInt(28));
  }

  /** The statement that declares it. */
  String declaration() {
    return String.format(
        "CREATE EXTERNAL TABLE t (%s) TYPE %s;",
        definitions(
            column ->
                column.name() + " " + column.type().sql() + (column.required() ? " NOT NULL" : ""),
            array -> array.name() + " " + array.declared(),
            "ROW<%s>",
            ROW + " "),
        json ? "json" : "csv");
  }

  /** The list of columns that the readers of DuckDB take. */
  String readerColumns() {
    return "{"
        + definitions(
            column -> String.format("'%s': '%s'", column.name(), column.type().sql()),
            array -> String.format("'%s': '%s'", array.name(), array.sql()),
            "'STRUCT(%s)'",
            "'" + ROW + "': ")
        + "}";
  }

  /** The columns of a table of DuckDB. */
  String tableColumns() {
    return definitions(
        column -> column.name() + " " + column.type().sql(),
        array -> array.name() + " " + array.sql(),
        "STRUCT(%s)",
        ROW + " ");
  }

  private String definitions(
      Function<Column, String> definition,
      Function<ArrayColumn, String> arrayDefinition,
      String row,
      String rowName) {
    List<String> all =
        new ArrayList<>(
            columns.stream().filter(column -> !column.inRow()).map(definition).toList());
    if (columns.stream().anyMatch(Column::inRow)) {
      String fields =
          columns.stream()
              .filter(Column::inRow)
              .map(column -> column.name() + " " + column.type().sql())
              .collect(Collectors.joining(", "));
      all.add(rowName + String.format(row, fields));
    }
    arrays.forEach(array -> all.add(arrayDefinition.apply(array)));
    return String.join(", ", all);
  }
}
