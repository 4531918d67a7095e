package io.tailrace.sql.function;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Expression;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Computes expressions by {@link Functions} and by DuckDB, and says where they differ. */
final class Oracle implements AutoCloseable {

  /** What stands for an expression that has no value; DuckDB's TRY has NULL for it. */
  private static final Object NONE = null;

  private static final double RELATIVE_ERROR = 1e-14;

  private final Connection connection;

  /** Rows that are in a table. */
  private final Map<List<List<Object>>, String> tables = new IdentityHashMap<>();

  Oracle() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET threads = 1");
    }
  }

  /**
   * The rows for which the results differ.
   *
   * @param expression of columns
   * @param sql the same of columns a, b, c
   * @param exact whether doubles are compared exactly
   */
  List<String> differences(
      Expression expression,
      String sql,
      List<SqlType> types,
      List<List<Object>> rows,
      boolean exact)
      throws SQLException {
    List<String> differences = new ArrayList<>();
    List<Object> expected = ask(sql, expression.type(), types, rows);
    for (int i = 0; i < rows.size(); i++) {
      Object found;
      String reason = "";
      try {
        found = shown(evaluate(expression, rows.get(i)), expression.type());
      } catch (ValueException e) {
        found = NONE;
        reason = " (" + e.getMessage() + ")";
      }
      if (!isSame(expected.get(i), found, exact)) {
        differences.add(
            sql + " of " + rows.get(i) + ": " + expected.get(i) + ", not " + found + reason);
      }
    }
    return differences;
  }

  /** What a function makes of the characters that it changes. */
  Map<Integer, String> changedBy(String function) throws SQLException {
    // A surrogate is no character.
    String sql =
        "SELECT n, %s(c) AS changed FROM (SELECT n,"
            + " chr(CASE WHEN n BETWEEN 55296 AND 57343 THEN 48 ELSE n END::INTEGER) AS c"
            + " FROM range(1, 1114112) points (n)) WHERE changed <> c";
    Map<Integer, String> results = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(String.format(sql, function))) {
      while (result.next()) {
        results.put(result.getInt(1), result.getString(2));
      }
    }
    return results;
  }

  private static boolean isSame(Object expected, Object found, boolean exact) {
    if (!exact && expected instanceof Double left && found instanceof Double right) {
      return left.equals(right) || Math.abs(left - right) <= RELATIVE_ERROR * Math.abs(left);
    }
    return Objects.equals(expected, found);
  }

  private List<Object> ask(String sql, SqlType type, List<SqlType> types, List<List<Object>> rows)
      throws SQLException {
    String tried = "TRY(" + sql + ")";
    String read =
        switch (type.kind()) {
          case DATE -> "datediff('day', DATE '1970-01-01', " + tried + ")";
          case TIMESTAMP -> "epoch_us(" + tried + ")";
          default -> tried;
        };
    String table = table(types, rows);
    try (Statement statement = connection.createStatement()) {
      List<Object> results = new ArrayList<>();
      try (ResultSet result =
          statement.executeQuery("SELECT " + read + " FROM " + table + " ORDER BY n")) {
        while (result.next()) {
          results.add(value(result, type));
        }
      }
      return results;
    }
  }

  private String table(List<SqlType> types, List<List<Object>> rows) throws SQLException {
    String known = tables.get(rows);
    if (known != null) {
      return known;
    }
    String table = "t" + tables.size();
    String columns =
        IntStream.range(0, types.size())
            .mapToObj(i -> (char) ('a' + i) + " " + types.get(i))
            .collect(Collectors.joining(", ", "n INTEGER, ", ""));
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table + " (" + columns + ")");
      for (int from = 0; from < rows.size(); from += 500) {
        String values =
            IntStream.range(from, Math.min(from + 500, rows.size()))
                .mapToObj(i -> "(" + i + ", " + literals(types, rows.get(i)) + ")")
                .collect(Collectors.joining(", "));
        statement.execute("INSERT INTO " + table + " VALUES " + values);
      }
    }
    tables.put(rows, table);
    return table;
  }

  private static Object value(ResultSet result, SqlType type) throws SQLException {
    Object value =
        switch (type.kind()) {
          case BOOLEAN -> result.getBoolean(1);
          case INTEGER -> result.getInt(1);
          case BIGINT, DATE, TIMESTAMP -> result.getLong(1);
          case HUGEINT -> result.getString(1) == null ? null : new BigInteger(result.getString(1));
          case DECIMAL -> decimal(result.getBigDecimal(1), type);
          case DOUBLE -> result.getDouble(1);
          default -> result.getString(1);
        };
    return result.getObject(1) == null ? NONE : value;
  }

  /** DuckDB makes decimals of too many digits from texts with exponents; here is none. */
  private static BigDecimal decimal(BigDecimal value, SqlType type) {
    return value != null && value.precision() > type.precision() ? null : value;
  }

  /** A value as DuckDB's driver has it. */
  private static Object shown(Object value, SqlType type) {
    if (value == null) {
      return NONE;
    }
    return switch (type.kind()) {
      case DATE -> ((Integer) value).longValue();
      case DECIMAL -> decimal(value, type);
      default -> value;
    };
  }

  private static BigDecimal decimal(Object unscaled, SqlType type) {
    return new BigDecimal(new BigInteger(unscaled.toString()), type.scale());
  }

  private static String literals(List<SqlType> types, List<Object> row) {
    return IntStream.range(0, types.size())
        .mapToObj(i -> literal(row.get(i), types.get(i)))
        .collect(Collectors.joining(", "));
  }

  private static String literal(Object value, SqlType type) {
    if (value == null) {
      return "NULL";
    }
    return switch (type.kind()) {
      case DECIMAL -> "'" + decimal(value, type).toPlainString() + "'::" + type;
      case DATE -> "DATE '1970-01-01' + '" + value + "'::INTEGER";
      case TIMESTAMP -> "make_timestamp('" + value + "'::BIGINT)";
      case VARCHAR -> "'" + value.toString().replace("'", "''") + "'";
      default -> "'" + value + "'::" + type;
    };
  }

  /** The value of an expression for a row. */
  Object evaluate(Expression expression, List<Object> row) {
    if (expression instanceof Expression.ColumnValue column) {
      return row.get(column.column());
    }
    if (expression instanceof Expression.Constant constant) {
      return constant.value();
    }
    if (expression instanceof Expression.Conditional conditional) {
      for (Expression.Branch branch : conditional.branches()) {
        if (Boolean.TRUE.equals(evaluate(branch.condition(), row))) {
          return evaluate(branch.result(), row);
        }
      }
      return evaluate(conditional.otherwise(), row);
    }
    if (expression instanceof Expression.Call call && call.function().equals("coalesce")) {
      for (Expression argument : call.arguments()) {
        Object value = evaluate(argument, row);
        if (value != null) {
          return value;
        }
      }
      return null;
    }
    JavaFunction function =
        (expression instanceof Expression.Call call
                ? Functions.of(call)
                : Functions.of((Expression.Cast) expression))
            .orElseThrow(() -> new AssertionError("There is none for " + expression));
    return call(function, expression.type(), row);
  }

  private Object call(JavaFunction function, SqlType type, List<Object> row) {
    List<Class<?>> parameters = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (Expression argument : function.arguments()) {
      Object value = evaluate(argument, row);
      if (value == null) {
        return null;
      }
      parameters.add(javaType(argument.type()));
      values.add(argument.type().kind() == SqlType.Kind.VARCHAR ? text((String) value) : value);
    }
    for (Object constant : function.constants()) {
      parameters.add(
          constant instanceof Integer
              ? int.class
              : constant instanceof Long ? long.class : constant.getClass());
      values.add(constant);
    }
    Text out = new Text();
    boolean isText = type.kind() == SqlType.Kind.VARCHAR;
    if (isText) {
      parameters.add(Text.class);
      values.add(out);
    }
    if (function.needsBuffer()) {
      parameters.add(TextBuffer.class);
      values.add(new TextBuffer());
    }
    try {
      Method method =
          function.owner().getMethod(function.method(), parameters.toArray(Class<?>[]::new));
      Class<?> expected = isText ? void.class : javaType(type);
      if (method.getReturnType() != expected) {
        throw new AssertionError(method + " returns no " + expected);
      }
      Object result = method.invoke(null, values.toArray());
      return isText ? out.toString() : result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ValueException failure) {
        throw failure;
      }
      throw new AssertionError(function + " of " + row, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(function.toString(), e);
    }
  }

  /** A text between others in an array, as fields are. */
  private static Text text(String value) {
    byte[] bytes = ("12" + value + "34").getBytes(StandardCharsets.UTF_8);
    Text text = new Text();
    text.set(bytes, 2, bytes.length - 2);
    return text;
  }

  private static Class<?> javaType(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN -> boolean.class;
      case INTEGER, DATE -> int.class;
      case BIGINT, TIMESTAMP -> long.class;
      case HUGEINT -> BigInteger.class;
      case DECIMAL -> type.isShortDecimal() ? long.class : BigInteger.class;
      case DOUBLE -> double.class;
      default -> Text.class;
    };
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
