package io.tailrace.sql;

import io.tailrace.format.FieldReader.Content;
import io.tailrace.format.SqlType;
import io.tailrace.sql.MethodCode.Value;
import io.tailrace.sql.function.Text;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes an element of an array, or a field of an object in one, a value of its type. Generated
 * classes implement it, so that it is what is made of a column. Not safe for several threads.
 */
public interface ElementCast {

  /**
   * The value as rows of logs have it.
   *
   * @throws io.tailrace.sql.function.ValueException if there is none
   */
  Object of(Content content, Text text);

  /** The casts that were made, by the types that they are to. */
  Map<SqlType, ClassCode.Factory<ElementCast>> FACTORIES = new ConcurrentHashMap<>();

  /** The cast to a type, which has no others in it. */
  static ElementCast to(SqlType type) {
    return FACTORIES.computeIfAbsent(type, ElementCast::compile).make();
  }

  private static ClassCode.Factory<ElementCast> compile(SqlType type) {
    ClassCode code = new ClassCode();
    MethodCode method = new MethodCode(code, new Given(), false);
    Expression written = new Expression.ColumnValue(Given.WRITTEN, SqlType.VARCHAR);
    FieldCast.addJson(
        method,
        type,
        "content",
        written,
        new Expression.ColumnValue(Given.TRUTH, SqlType.BOOLEAN),
        cast -> addReturn(method, cast));
    code.method(
        String.format(
            "public Object of(%s content, %s text)",
            Content.class.getCanonicalName(), Text.class.getCanonicalName()),
        method.body());
    return code.compile(ElementCast.class);
  }

  private static void addReturn(MethodCode method, Expression value) {
    method.add("return %s;", RecordsCode.toObject(value.type(), method.value(value).java()));
  }

  /** The text that is given, and whether it is {@code true}. */
  final class Given implements MethodCode.Inputs {

    static final int WRITTEN = 0;
    static final int TRUTH = 1;

    private Given() {}

    @Override
    public Value column(int column) {
      return new Value(column == WRITTEN ? "text" : "SqlValues.isTrue(text)", "false");
    }

    @Override
    public Map<Expression, Value> kept() {
      return new HashMap<>();
    }

    @Override
    public boolean isShared(Expression expression) {
      return false;
    }
  }
}
