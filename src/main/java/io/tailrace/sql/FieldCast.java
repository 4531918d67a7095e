package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.format.SqlType;
import java.util.function.Consumer;

/** How the value of a field becomes one of the type of its column, as in DuckDB's readers. */
final class FieldCast {

  static final String CONTENT = FieldReader.Content.class.getCanonicalName();

  private FieldCast() {}

  /**
   * Adds what is done with a value of JSON that is no text, whose {@code content} is in a variable.
   *
   * @param text the variable with its text
   * @param written the text as an expression
   * @param truth whether it is true, as an expression
   * @param set adds what takes the value, and ends the method
   */
  static void addJson(
      MethodCode method,
      SqlType type,
      String text,
      Expression written,
      Expression truth,
      Consumer<Expression> set) {
    if (type.kind() == SqlType.Kind.DATE || type.kind() == SqlType.Kind.TIMESTAMP) {
      return;
    }
    String isNumber = String.format("content == %s.NUMBER", CONTENT);
    String isReal = String.format(" && SqlValues.isReal(%s)", text);
    method.open(type.kind() == SqlType.Kind.BOOLEAN ? isNumber : isNumber + isReal);
    set.accept(cast(cast(written, SqlType.DOUBLE), type));
    method.close();
    if (type.kind() != SqlType.Kind.VARCHAR) {
      method.open(String.format("content == %s.TRUTH", CONTENT));
      set.accept(cast(truth, type));
      method.close();
    }
  }

  /** A value as one of another type. */
  static Expression cast(Expression value, SqlType type) {
    return new Expression.Cast(value, type, false);
  }
}
