package io.tailrace.sql;

import io.tailrace.sql.RandomSql.Query;
import io.tailrace.sql.RandomTable.Line;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** DuckDB, which answers the SELECTs of a case over the file of its table. */
final class OracleDuck implements AutoCloseable {

  private final Connection connection;

  private OracleDuck(Connection connection) {
    this.connection = connection;
  }

  static OracleDuck open() throws SQLException {
    OracleDuck duck = new OracleDuck(DriverManager.getConnection("jdbc:duckdb:"));
    duck.execute("SET threads = 1");
    // The optimizer leaves out what has an error but is not needed.
    duck.execute("PRAGMA disable_optimizer");
    return duck;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Makes the table {@code t} of the records of a table, which it reads from a file. */
  void load(RandomTable table, Path file) throws Exception {
    List<String> plain = new ArrayList<>();
    List<String> origins = new ArrayList<>();
    for (int i = 0; i < table.lines().size(); i++) {
      Line line = table.lines().get(i);
      if (line.isRecord()) {
        String rescued = line.rescued() == null ? "NULL" : "'" + line.rescued() + "'";
        origins.add(String.format("(%d, %d, %s)", plain.size(), i, rescued));
        plain.add(line.plain());
      }
    }
    String pseudo =
        String.format("'%s' AS _file, TIMESTAMP '%s' AS _modified", OracleUnits.FILE, modified());
    if (plain.isEmpty()) {
      execute("CREATE OR REPLACE TEMP TABLE r (" + table.tableColumns() + ")");
      execute(
          "CREATE OR REPLACE TEMP TABLE t AS SELECT *, 0::BIGINT AS _offset, '' AS _rescued, "
              + pseudo
              + " FROM r");
      return;
    }
    Files.writeString(file, String.join(table.separator(), plain) + table.separator());
    String reader =
        table.isJson()
            ? String.format(
                "read_json('%s', columns = %s, format = 'newline_delimited')",
                file, table.readerColumns())
            : String.format(
                "read_csv('%s', columns = %s, header = false, auto_detect = false, delim = ',',"
                    + " allow_quoted_nulls = false, quote = '\"', escape = '\"')",
                file, table.readerColumns());
    execute(
        String.format(
            "CREATE OR REPLACE TEMP TABLE t AS SELECT r.*, o._offset::BIGINT AS _offset,"
                + " o._rescued::VARCHAR AS _rescued, %s FROM %s r JOIN (VALUES %s) o(id, _offset,"
                + " _rescued) ON r.id = o.id",
            pseudo, reader, String.join(", ", origins)));
  }

  private static LocalDateTime modified() {
    return new Timestamp(OracleUnits.MODIFIED_MILLIS).toLocalDateTime();
  }

  /** The error of a SELECT where it cannot be bound or evaluated, and nothing otherwise. */
  String error(Query query) {
    try {
      rows(query.sql());
      return "";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The records for which a SELECT has an error, which are in no result. */
  Set<Long> removeBadRecords(List<Query> queries) throws SQLException {
    Set<Long> bad = new TreeSet<>();
    for (Query query : queries) {
      if (error(query).isEmpty()) {
        continue;
      }
      for (List<Object> row : rows("SELECT id FROM t")) {
        long id = Long.parseLong((String) row.get(0));
        try {
          rows(query.from("(SELECT * FROM t WHERE id = " + id + ") t"));
        } catch (SQLException ofRecord) {
          bad.add(id);
        }
      }
    }
    if (!bad.isEmpty()) {
      String ids = bad.stream().map(String::valueOf).collect(Collectors.joining(", "));
      execute("DELETE FROM t WHERE id IN (" + ids + ")");
    }
    return bad;
  }

  /** What a SELECT gives; a report of no records has no row, whatever it groups by. */
  List<List<Object>> answer(Query query) throws SQLException {
    List<List<Object>> rows = rows(query.sql());
    return query.isReport() && rows(query.records()).isEmpty() ? List.of() : rows;
  }

  private List<List<Object>> rows(String select) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(select)) {
      int columns = answer.getMetaData().getColumnCount();
      while (answer.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(comparable(answer, i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** A Double, or the text of another value, as {@link OracleUnits} gives them. */
  private static Object comparable(ResultSet answer, int column) throws SQLException {
    Object value = answer.getObject(column);
    if (value == null || value instanceof Double) {
      return value;
    }
    if (value instanceof Timestamp) {
      return answer.getObject(column, LocalDateTime.class).toString();
    }
    return text(value);
  }

  /** The text of a value, be it in others or not. */
  private static String text(Object value) throws SQLException {
    if (value instanceof Array array) {
      return texts((Object[]) array.getArray());
    }
    if (value instanceof Struct struct) {
      return texts(struct.getAttributes());
    }
    if (value instanceof Timestamp timestamp) {
      return timestamp.toLocalDateTime().toString();
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
  }

  private static String texts(Object[] values) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(text(value));
    }
    return texts.toString();
  }
}
