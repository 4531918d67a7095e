package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.delta.Compaction;
import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.format.SqlType;
import io.tailrace.options.TableFormat;
import io.tailrace.query.ExternalTable.Engine;
import io.tailrace.storage.Folder;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import io.tailrace.table.TypedColumn;
import io.tailrace.table.UnitLogWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Rows of a log whose columns have types of SQL are queried as they were written. */
public final class TypedLogTest {

  private static final BigDecimal LARGEST = new BigDecimal("9".repeat(38));

  private static final List<TypedColumn> COLUMNS =
      List.of(
          new TypedColumn("truth", SqlType.BOOLEAN),
          new TypedColumn("small", SqlType.INTEGER),
          new TypedColumn("large", SqlType.BIGINT),
          new TypedColumn("huge", SqlType.HUGEINT),
          new TypedColumn("price", SqlType.decimal(9, 2)),
          new TypedColumn("amount", SqlType.decimal(18, 0)),
          new TypedColumn("exact", SqlType.decimal(38, 20)),
          new TypedColumn("tiny", SqlType.decimal(1, 1)),
          new TypedColumn("measured", SqlType.DOUBLE),
          new TypedColumn("User-Agent", SqlType.VARCHAR),
          new TypedColumn("day", SqlType.DATE),
          new TypedColumn("time", SqlType.TIMESTAMP));

  private static final List<String> TYPES =
      List.of(
          "BOOLEAN",
          "INTEGER",
          "BIGINT",
          "DECIMAL(38,0)",
          "DECIMAL(9,2)",
          "DECIMAL(18,0)",
          "DECIMAL(38,20)",
          "DECIMAL(1,1)",
          "DOUBLE",
          "VARCHAR",
          "DATE",
          "TIMESTAMP WITH TIME ZONE");

  private static final LogTable LOG = LogTable.of("typed", COLUMNS);

  /** What stays the same whatever a client makes of dates. */
  private static final List<String> EXACTLY =
      IntStream.range(0, COLUMNS.size())
          .mapToObj(
              column -> {
                String name = QueryEngine.quote(COLUMNS.get(column).name());
                return switch (COLUMNS.get(column).type().kind()) {
                  case DATE ->
                      String.format(
                          "CASE WHEN isfinite(%s) THEN CAST(date_diff('day', DATE '1970-01-01', %s)"
                              + " AS VARCHAR) ELSE CAST(%s AS VARCHAR) END",
                          name, name, name);
                  case TIMESTAMP ->
                      String.format(
                          "CASE WHEN isfinite(%s) THEN CAST(epoch_us(%s) AS VARCHAR) ELSE CAST(%s"
                              + " AS VARCHAR) END",
                          name, name, name);
                  default -> "CAST(" + name + " AS VARCHAR)";
                };
              })
          .toList();

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final Random random = new Random(7);

  private static Object[][] extremes() {
    return new Object[][] {
      {true, false},
      {Integer.MIN_VALUE, Integer.MAX_VALUE, 0},
      {Long.MIN_VALUE, Long.MAX_VALUE, 0L},
      {LARGEST, LARGEST.negate(), BigDecimal.ZERO},
      {new BigDecimal("9999999.99"), new BigDecimal("-9999999.99"), new BigDecimal("0.01")},
      {new BigDecimal("9".repeat(18)), new BigDecimal("-" + "9".repeat(18))},
      {LARGEST.scaleByPowerOfTen(-20), LARGEST.negate().scaleByPowerOfTen(-20), BigDecimal.ZERO},
      {new BigDecimal("0.9"), new BigDecimal("-0.9"), new BigDecimal("0.0")},
      {Double.MAX_VALUE, Double.MIN_VALUE, -0.5, Double.POSITIVE_INFINITY, Double.NaN},
      {"", "\"", ",\r\n", "NULL", "日🌊"},
      {
        0, -719_162, 2_932_896, -2_147_483_646, 2_147_483_646, Integer.MAX_VALUE, -Integer.MAX_VALUE
      },
      {
        0L,
        -1L,
        1_700_000_000_123_456L,
        253_402_300_800_000_000L,
        -62_135_596_800_000_001L,
        -9_223_372_022_400_000_000L,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        -Long.MAX_VALUE
      }
    };
  }

  private Object randomValue(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> random.nextInt();
      case BIGINT -> random.nextLong();
      case HUGEINT -> new BigDecimal(new BigInteger(100, random));
      case DECIMAL ->
          new BigDecimal(new BigInteger(type.precision() * 3, random).negate(), type.scale());
      case DOUBLE -> random.nextInt() / 1024.0;
      case VARCHAR -> "text " + random.nextInt(100);
      case DATE -> random.nextInt(60_000) - 30_000;
      default -> random.nextLong() >> 14;
    };
  }

  private List<GenericRecord> randomRows(int count) {
    Schema schema = LOG.schema();
    Object[][] extremes = extremes();
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord row = new GenericData.Record(schema);
      for (int column = 0; column < COLUMNS.size(); column++) {
        Object[] some = extremes[column];
        row.put(
            column,
            switch (random.nextInt(4)) {
              case 0 -> null;
              case 1 -> some[random.nextInt(some.length)];
              default -> randomValue(COLUMNS.get(column).type());
            });
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> asTexts(GenericRecord row) {
    List<String> texts = new ArrayList<>();
    for (int column = 0; column < COLUMNS.size(); column++) {
      Object value = row.get(column);
      SqlType type = COLUMNS.get(column).type();
      if (value instanceof BigDecimal number) {
        String text = number.setScale(type.scale()).toPlainString();
        // DuckDB writes no zero where there can be no other digit.
        texts.add(type.precision() == type.scale() ? text.replace("0.", ".") : text);
      } else if (value instanceof Double number) {
        texts.add(number.isNaN() ? "nan" : number.isInfinite() ? "inf" : number.toString());
      } else if (value != null
          && (type.equals(SqlType.DATE) && Math.abs((Integer) value) == Integer.MAX_VALUE
              || type.equals(SqlType.TIMESTAMP) && Math.abs((Long) value) == Long.MAX_VALUE)) {
        texts.add(((Number) value).longValue() > 0 ? "infinity" : "-infinity");
      } else {
        texts.add(value == null ? null : value.toString());
      }
    }
    return texts;
  }

  private Folder folder(LogTable log) throws IOException {
    return new Folder(temporary.newFolder().getPath()).folder(log.name());
  }

  private List<LogFile> write(LogTable log, Folder folder, String unit, List<GenericRecord> rows)
      throws IOException {
    UnitLogWriter writer =
        UnitLogWriter.of(log, unit, folder, new Folder(temporary.newFolder().getPath()));
    rows.forEach(writer::write);
    return writer.commit();
  }

  private static List<List<String>> query(String select) throws SQLException {
    try (Connection duck = QueryEngine.connect();
        Statement statement = duck.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      String types =
          COLUMNS.stream()
              .map(column -> "typeof(" + QueryEngine.quote(column.name()) + ")")
              .collect(Collectors.joining(", "));
      assertThat(
          rows(statement, "SELECT " + types + " FROM (" + select + ") LIMIT 1").get(0), is(TYPES));
      return rows(statement, "SELECT " + String.join(", ", EXACTLY) + " FROM (" + select + ")");
    }
  }

  private static List<List<String>> rows(Statement statement, String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (ResultSet answer = statement.executeQuery(sql)) {
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= COLUMNS.size(); i++) {
          String text = answer.getString(i);
          boolean isDouble = COLUMNS.get(i - 1).type().equals(SqlType.DOUBLE);
          row.add(
              isDouble && text != null && text.matches("[-0-9].*")
                  ? String.valueOf(Double.parseDouble(text))
                  : text);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private void requireThatTheyComeBack(TableFormat format) throws IOException, SQLException {
    LogTable log = LOG.in(format);
    Folder folder = folder(log);
    List<GenericRecord> rows = randomRows(3_000);
    List<String> files =
        write(log, folder, "unit", rows).stream().map(file -> folder.file(file.name())).toList();
    assertThat(
        query(QueryEngine.select(log, files)),
        equalTo(rows.stream().map(TypedLogTest::asTexts).toList()));
  }

  @Test
  public void parquet() throws IOException, SQLException {
    requireThatTheyComeBack(TableFormat.parquet);
  }

  @Test
  public void csv() throws IOException, SQLException {
    requireThatTheyComeBack(TableFormat.csv);
  }

  @Test
  public void delta() throws IOException, SQLException {
    LogTable log = LOG.in(TableFormat.delta);
    Folder folder = folder(log);
    DeltaTable table = DeltaTable.in(folder);
    table.create(log);
    List<List<String>> expected = new ArrayList<>();
    List<String> written = new ArrayList<>();
    for (int unit = 1; unit <= 3; unit++) {
      List<GenericRecord> rows = randomRows(500);
      rows.forEach(row -> expected.add(asTexts(row)));
      List<DataFile> files =
          write(log, folder, "unit" + unit, rows).stream().map(LogFile::table).toList();
      table.append(files, "test", unit - 1, unit);
      files.forEach(file -> written.add(folder.file(file.name())));
    }
    // Files whose columns were not those of the table would have been written again.
    assertThat(paths(table), containsInAnyOrder(written.toArray()));
    assertThat(query(select(table)), containsInAnyOrder(expected.toArray()));
    assertThat(new Compaction(table).run().rows(), is((long) expected.size()));
    assertThat(query(select(table)), containsInAnyOrder(expected.toArray()));
  }

  private static List<String> paths(DeltaTable table) throws IOException {
    return table.newest().orElseThrow().files().stream().map(TableVersion.File::path).toList();
  }

  private static String select(DeltaTable table) {
    try {
      TableVersion version = table.newest().orElseThrow();
      return DeltaView.select(version, version.files(), path -> path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  public void namesOfDeltaColumnsMayBeAnyTexts() throws IOException, SQLException {
    LogTable log =
        LogTable.of(
                "odd",
                List.of(
                    new TypedColumn("(a + b)", SqlType.INTEGER),
                    new TypedColumn("x, \"y\" = ü", SqlType.INTEGER)))
            .in(TableFormat.delta);
    Folder folder = folder(log);
    DeltaTable table = DeltaTable.in(folder);
    table.create(log);
    GenericRecord row = new GenericData.Record(log.schema());
    row.put(0, 1);
    row.put(1, 2);
    List<LogFile> files = write(log, folder, "unit", List.of(row));
    table.append(files.stream().map(LogFile::table).toList(), "test", 0, 1);
    assertThat(paths(table), contains(folder.file(files.get(0).name())));
    try (Connection duck = QueryEngine.connect();
        Statement statement = duck.createStatement();
        ResultSet answer =
            statement.executeQuery(
                "SELECT \"(a + b)\", \"x, \"\"y\"\" = ü\" FROM (" + select(table) + ")")) {
      assertThat(answer.next(), is(true));
      assertThat(answer.getInt(1), is(1));
      assertThat(answer.getInt(2), is(2));
    }
  }

  @Test
  public void whatDeltaIsToldOfAFile() throws IOException {
    LogTable log = LOG.in(TableFormat.delta);
    GenericRecord first = new GenericData.Record(log.schema());
    first.put(3, BigDecimal.TEN);
    first.put(4, new BigDecimal("0.01"));
    first.put(5, new BigDecimal("9".repeat(18)));
    first.put(6, new BigDecimal("-0.00000000000000000001"));
    first.put(10, 0);
    first.put(11, 1_700_000_000_123_456L);
    GenericRecord second = new GenericData.Record(log.schema());
    second.put(3, BigDecimal.ONE);
    second.put(4, new BigDecimal("-5.00"));
    second.put(6, BigDecimal.TEN);
    second.put(10, 365);
    second.put(11, Long.MAX_VALUE);
    String statistics =
        write(log, folder(log), "unit", List.of(first, second)).get(0).table().statistics();
    assertThat(
        statistics,
        containsString(
            "\"minValues\":{\"huge\":1,\"price\":-5.00,\"exact\":-0.00000000000000000001,"
                + "\"day\":\"1970-01-01\"},\"maxValues\":{\"huge\":10,\"price\":0.01,\"exact\":10.00000000000000000000,\"day\":\"1971-01-01\"}"));
  }

  @Test
  public void rowsAreSortedByAnyColumnWithNullsLast() throws IOException, SQLException {
    List<GenericRecord> rows = randomRows(200);
    for (TypedColumn column : COLUMNS) {
      LogTable log = LOG.sortedBy(column.name());
      Folder folder = folder(log);
      List<String> files =
          write(log, folder, "unit", rows).stream().map(file -> folder.file(file.name())).toList();
      String select = QueryEngine.select(log, files);
      try (Connection duck = QueryEngine.connect();
          Statement statement = duck.createStatement()) {
        String name = QueryEngine.quote(column.name());
        assertThat(
            column.name(),
            values(statement, "SELECT " + name + " FROM (" + select + ")"),
            equalTo(
                values(
                    statement,
                    "SELECT " + name + " FROM (" + select + ") ORDER BY 1 ASC NULLS LAST")));
      }
    }
  }

  private static List<String> values(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet answer = statement.executeQuery(sql)) {
      while (answer.next()) {
        values.add(answer.getString(1));
      }
    }
    return values;
  }

  @Test
  public void aNumberOfTooManyDigitsIsNotWritten() {
    GenericRecord row = new GenericData.Record(LOG.schema());
    row.put(3, LARGEST.add(BigDecimal.ONE));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> write(LOG, folder(LOG), "unit", Collections.singletonList(row)))
            .getMessage(),
        is("1" + "0".repeat(38) + " has too many digits for column huge"));
  }

  @Test
  public void statementsForWarehouseEngines() {
    Folder bucket = new Folder("s3://bucket/out");
    String columns = new ExternalTable(LOG, bucket).statement(Engine.trino);
    Stream.of(
            "\"huge\" DECIMAL(38,0)",
            "\"price\" DECIMAL(9,2)",
            "\"User-Agent\" VARCHAR",
            "\"day\" DATE",
            "\"time\" TIMESTAMP(3)")
        .forEach(column -> assertThat(columns, containsString("  " + column)));
    assertThat(
        new ExternalTable(LOG, bucket).statement(Engine.hive),
        containsString("`day` DATE," + System.lineSeparator() + "  `time` TIMESTAMP"));
    assertThat(
        new ExternalTable(LOG.in(TableFormat.csv), bucket).statement(Engine.spark),
        containsString("`exact` DECIMAL(38,20)"));
    LogTable odd = LogTable.of("odd", List.of(new TypedColumn("a`\"b", SqlType.DATE)));
    assertThat(
        new ExternalTable(odd, bucket).statement(Engine.spark), containsString("`a``\"b` DATE"));
    assertThat(
        new ExternalTable(odd, bucket).statement(Engine.trino), containsString("\"a`\"\"b\" DATE"));
  }
}
