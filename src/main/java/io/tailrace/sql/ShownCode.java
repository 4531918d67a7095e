package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Code that computes an expression of values as they are shown. Generated classes implement it. */
interface ShownCode {

  /**
   * Computes the expression.
   *
   * @param values what it is of: objects as they are shown, or null
   */
  Object of(Object[] values);

  /**
   * Makes the code.
   *
   * @param types the types of what it is of
   * @throws UnsupportedFunctionException if there is a function that is not supported
   */
  static ShownCode of(Expression expression, List<SqlType> types) {
    return source(expression, types).compile(ShownCode.class).make();
  }

  /** The class with the code, which is not compiled yet. */
  static ClassCode source(Expression expression, List<SqlType> types) {
    ClassCode code = new ClassCode();
    Map<Integer, MethodCode.Value> columns = new HashMap<>();
    MethodCode.Inputs inputs =
        new MethodCode.Inputs() {
          @Override
          public MethodCode.Value column(int column) {
            return columns.get(column);
          }

          @Override
          public Map<Expression, MethodCode.Value> kept() {
            return Map.of();
          }

          @Override
          public boolean isShared(Expression shared) {
            return false;
          }
        };
    MethodCode method = new MethodCode(code, inputs, true);
    for (int column : Expressions.columns(expression)) {
      SqlType type = types.get(column);
      boolean isText = type.kind() == SqlType.Kind.VARCHAR;
      String isNull = code.field("boolean");
      String value = isText ? code.own(Text.class) : code.field(ClassCode.javaType(type));
      String object = "values[" + column + "]";
      method.add("%s = %s == null;", isNull, object);
      method.add(
          isText ? "if (!%s) { %s.set(%s); }" : "if (!%s) { %s = %s; }",
          isNull,
          value,
          fromObject(type, object));
      columns.put(column, new MethodCode.Value(value, isNull));
    }
    MethodCode.Value value = method.value(expression);
    method.add("if (%s) { return null; }", value.isNull());
    method.add("return %s;", toObject(expression.type(), value.java()));
    code.method("public Object of(Object[] values)", method.body());
    return code;
  }

  private static String fromObject(SqlType type, String object) {
    String form =
        switch (type.kind()) {
          case BOOLEAN -> "((Boolean) %s).booleanValue()";
          case INTEGER -> "((Integer) %s).intValue()";
          case BIGINT -> "((Long) %s).longValue()";
          case HUGEINT -> "(java.math.BigInteger) %s";
          case DECIMAL ->
              "((java.math.BigDecimal) %s).unscaledValue()"
                  + (type.isShortDecimal() ? ".longValue()" : "");
          case DOUBLE -> "((Double) %s).doubleValue()";
          case VARCHAR -> "(String) %s";
          case DATE -> "(int) ((java.time.LocalDate) %s).toEpochDay()";
          case TIMESTAMP -> "SqlValues.micros((java.time.LocalDateTime) %s)";
          case INTERVAL, ARRAY, ROW, MAP ->
              throw new IllegalArgumentException("No value is a " + type);
        };
    return String.format(form, object);
  }

  private static String toObject(SqlType type, String value) {
    String form =
        switch (type.kind()) {
          case BOOLEAN -> "Boolean.valueOf(%s)";
          case INTEGER -> "Integer.valueOf(%s)";
          case BIGINT -> "Long.valueOf(%s)";
          case HUGEINT -> "%s";
          case DECIMAL ->
              (type.isShortDecimal() ? "java.math.BigDecimal.valueOf" : "new java.math.BigDecimal")
                  + "(%s, "
                  + type.scale()
                  + ")";
          case DOUBLE -> "Double.valueOf(%s)";
          case VARCHAR -> "%s.toString()";
          case DATE -> "java.time.LocalDate.ofEpochDay(%s)";
          case TIMESTAMP -> "SqlValues.timestamp(%s)";
          case INTERVAL, ARRAY, ROW, MAP ->
              throw new IllegalArgumentException("No value is a " + type);
        };
    return String.format(form, value);
  }
}
