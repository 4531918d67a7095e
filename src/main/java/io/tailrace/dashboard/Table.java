package io.tailrace.dashboard;

import io.tailrace.options.UsageException;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer, as the page takes it.
 *
 * @param columns its columns
 * @param rows the values: texts, truth values, nulls, and whole numbers that are exact in a
 *     browser; other numbers are the texts that {@code query} prints
 */
record Table(List<Column> columns, List<List<Object>> rows) {

  /**
   * A column.
   *
   * @param number whether its values are numbers
   * @param count whether they tell how many there are of something
   */
  record Column(String name, boolean number, boolean count) {}

  /** Whole numbers above this are not exact in a browser. */
  private static final BigInteger MOST_EXACT = BigInteger.ONE.shiftLeft(53);

  /** What is answered over the tables as they were when they were brought up to date. */
  static Table of(QueryEngine engine, String sql) throws SQLException {
    Table[] answer = new Table[1];
    engine.answer(sql, rows -> answer[0] = of(rows));
    return answer[0];
  }

  static Table of(ResultSet answer) throws SQLException {
    return of(answer, Integer.MAX_VALUE);
  }

  /**
   * The same of an answer that may be too large.
   *
   * @param most how many characters its values may have
   * @throws UsageException if they have more
   */
  static Table of(ResultSet answer, int most) throws SQLException {
    long characters = 0;
    ResultSetMetaData meta = answer.getMetaData();
    int count = meta.getColumnCount();
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      columns.add(new Column(meta.getColumnLabel(i), ResultPrinter.isNumber(meta, i), false));
    }
    List<List<Object>> rows = new ArrayList<>();
    while (answer.next()) {
      List<Object> row = new ArrayList<>(count);
      for (int i = 1; i <= count; i++) {
        Object value = value(answer, i);
        characters += value instanceof String text ? text.length() : Long.BYTES;
        requireSmall(characters, most);
        row.add(value);
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Refuses an answer that is too large. */
  static void requireSmall(long characters, int most) {
    if (characters > most) {
      throw new UsageException(
          String.format("the answer is larger than %d MB; select less", most >> 20));
    }
  }

  private static Object value(ResultSet answer, int column) throws SQLException {
    Object value = answer.getObject(column);
    if (value == null || value instanceof Boolean) {
      return value;
    }
    String text = ResultPrinter.text(answer, column);
    boolean whole =
        value instanceof Long
            || value instanceof Integer
            || value instanceof Short
            || value instanceof Byte;
    return whole ? exact(new BigInteger(text)) : text;
  }

  /** A whole number, as a text if a browser would change it. */
  static Object exact(BigInteger number) {
    return number.abs().compareTo(MOST_EXACT) > 0 ? number.toString() : (Object) number.longValue();
  }
}
