package io.tailrace.sql;

import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.ReportRow;
import io.tailrace.sql.function.ValueException;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes a column of a report from keys and aggregates. The code for it is made where it is first
 * used.
 */
final class ShownValue implements Column.Value {

  private static final long serialVersionUID = 1L;

  private final String report;
  private final String what;
  private final List<ShownInput> inputs;
  private final Expression expression;
  private final boolean[] isUsed;
  private transient ShownCode code;

  /**
   * @param what is computed, for messages: a column
   */
  ShownValue(String report, String what, List<ShownInput> inputs, Expression expression) {
    this.report = report;
    this.what = what;
    this.inputs = List.copyOf(inputs);
    this.expression = expression;
    this.isUsed = new boolean[inputs.size()];
    Expressions.columns(expression).forEach(input -> isUsed[input] = true);
  }

  @Override
  public Object of(ReportRow row) {
    try {
      if (expression instanceof Expression.ColumnValue value) {
        return inputs.get(value.column()).of(row);
      }
      Object[] values = new Object[inputs.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = isUsed[i] ? inputs.get(i).of(row) : null;
      }
      return compute(values);
    } catch (ValueException | ArithmeticException e) {
      throw new UsageException(
          String.format(
              "report %s: %s has no value for the key %s: %s",
              report, what, key(row), e.getMessage()),
          e);
    }
  }

  private List<Object> key(ReportRow row) {
    List<Object> key = new ArrayList<>();
    for (ShownInput input : inputs) {
      if (input.isKey()) {
        key.add(input.of(row));
      }
    }
    return key;
  }

  /** Generated code has places for texts, so one thread at a time uses it. */
  private synchronized Object compute(Object[] values) {
    if (code == null) {
      code = ShownCode.of(expression, inputs.stream().map(ShownInput::type).toList());
    }
    return code.of(values);
  }

  /**
   * Makes sure that the column can be computed.
   *
   * @throws UnsupportedFunctionException if it has a function that is not supported
   */
  void check() {
    if (!(expression instanceof Expression.ColumnValue)) {
      ShownCode.source(expression, inputs.stream().map(ShownInput::type).toList());
    }
  }
}
