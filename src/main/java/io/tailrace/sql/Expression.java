package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.io.Serializable;
import java.util.List;

/**
 * An expression of SQL whose names are resolved and whose casts are explicit, as DuckDB binds it.
 * What it means is what DuckDB makes of it.
 */
public sealed interface Expression extends Serializable {

  /** The type of its values, each of which may be NULL. */
  SqlType type();

  /**
   * The value of a column of the row that it is computed for.
   *
   * @param column the place of the column
   */
  record ColumnValue(int column, SqlType type) implements Expression {}

  /**
   * A value that is written in the statement.
   *
   * @param value null, or: Boolean, Integer, Long, BigInteger, BigDecimal, Double, String, or an
   *     {@link Interval}, as {@link SqlType} says; a DATE is an Integer of days, a TIMESTAMP a Long
   *     of microseconds
   */
  record Constant(Serializable value, SqlType type) implements Expression {}

  /** A length of time: months are not of one length, days are not in every zone. */
  record Interval(int months, int days, long micros) implements Serializable {}

  /**
   * A function or an operator of its arguments.
   *
   * @param function its name in DuckDB: a function in lower case ({@code lower}, {@code
   *     date_trunc}), an operator as it is written ({@code +}, {@code ||}, {@code ~~} for LIKE,
   *     {@code =}, {@code <>}, {@code <=}), or one of {@code and}, {@code or}, {@code not}, {@code
   *     in}, {@code coalesce}, {@code is_null}, {@code is_not_null}, {@code is_distinct_from},
   *     {@code is_not_distinct_from}
   */
  record Call(String function, List<Expression> arguments, SqlType type) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * A value as one of another type.
   *
   * @param orNull whether what cannot be cast is NULL, instead of an error
   */
  record Cast(Expression value, SqlType type, boolean orNull) implements Expression {}

  /** The result of the first branch whose condition is true. */
  record Conditional(List<Branch> branches, Expression otherwise, SqlType type)
      implements Expression {
    public Conditional {
      branches = List.copyOf(branches);
    }
  }

  /** A branch of a {@link Conditional}. */
  record Branch(Expression condition, Expression result) implements Serializable {}
}
