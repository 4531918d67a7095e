package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.format.SqlType;
import java.util.function.Consumer;

/** How the value of a field becomes one of the type of its column, as in DuckDB's readers. */
final class FieldCast {

  static final String CONTENT = FieldReader.Content.class.getCanonicalName();

  private FieldCast() {}

  /**
   * Adds what is done with a value of JSON.
   *
   * @param content the variable with what the value is
   * @param written the text as an expression
   * @param truth whether it is true, as an expression
   * @param set adds what takes the value as one of the type
   */
  static void addJson(
      MethodCode method,
      SqlType type,
      String content,
      Expression written,
      Expression truth,
      Consumer<Expression> set) {
    int blocks = 0;
    if (type.kind() != SqlType.Kind.DATE && type.kind() != SqlType.Kind.TIMESTAMP) {
      String isReal = String.format("%s == %s.REAL", content, CONTENT);
      String isInteger = String.format(" || %s == %s.INTEGER", content, CONTENT);
      method.open(type.kind() == SqlType.Kind.BOOLEAN ? isReal + isInteger : isReal);
      set.accept(cast(cast(written, SqlType.DOUBLE), type));
      method.otherwise();
      blocks++;
      if (type.kind() != SqlType.Kind.VARCHAR) {
        method.open(String.format("%s == %s.TRUTH", content, CONTENT));
        set.accept(cast(truth, type));
        method.otherwise();
        blocks++;
      }
    }
    set.accept(type.kind() == SqlType.Kind.VARCHAR ? written : cast(written, type));
    for (int i = 0; i < blocks; i++) {
      method.close();
    }
  }

  /** A value as one of another type. */
  static Expression cast(Expression value, SqlType type) {
    return new Expression.Cast(value, type, false);
  }
}
