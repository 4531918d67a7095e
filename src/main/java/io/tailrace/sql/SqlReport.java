package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.report.Retention;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A report: a CREATE MATERIALIZED VIEW, taken apart into what is computed per record and what is
 * computed when a row is shown.
 *
 * @param name its name
 * @param filter the condition of WHERE, of columns of the input
 * @param keys what rows are grouped by, of columns of the input; none of them for one row in all
 * @param aggregates what is kept for each key; those that are equal are there once
 * @param columns what is shown, of a row that has the keys first, then the aggregates
 * @param expiry when rows are dropped; if nothing, never
 */
public record SqlReport(
    String name,
    Optional<Expression> filter,
    List<Key> keys,
    List<Aggregate> aggregates,
    List<NamedExpression> columns,
    Optional<Expiry> expiry)
    implements Serializable {

  /** A report that keeps its rows for ever. */
  public SqlReport(
      String name,
      Optional<Expression> filter,
      List<Key> keys,
      List<Aggregate> aggregates,
      List<NamedExpression> columns) {
    this(name, filter, keys, aggregates, columns, Optional.empty());
  }

  public SqlReport {
    keys = List.copyOf(keys);
    aggregates = List.copyOf(aggregates);
    columns = List.copyOf(columns);
  }

  /**
   * Something that rows are grouped by.
   *
   * @param text as it is written
   */
  public record Key(Expression value, String text) implements Serializable {}

  /** The aggregates that there are; all can be merged. */
  public enum Function {
    COUNT_STAR,
    COUNT,
    COUNT_DISTINCT,
    SUM,
    MIN,
    MAX,
    AVG,
    BOOL_AND,
    BOOL_OR,
    STDDEV_SAMP,
    STDDEV_POP,
    VAR_SAMP,
    VAR_POP,
    ARG_MIN,
    ARG_MAX,
    APPROX_COUNT_DISTINCT,
    APPROX_QUANTILE
  }

  /**
   * An aggregate of the records of a key.
   *
   * @param arguments of columns of the input; of ARG_MIN and ARG_MAX the value, then what is
   *     compared; of APPROX_QUANTILE the value, then the constant from 0 to 1
   * @param filter which records it is of
   * @param type of its result, as DuckDB has it
   * @param text as it is written, in one form for those that are equal
   */
  public record Aggregate(
      Function function,
      List<Expression> arguments,
      Optional<Expression> filter,
      SqlType type,
      String text)
      implements Serializable {
    public Aggregate {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * When rows are dropped: when their time bucket begins more than an interval before the newest
   * one.
   *
   * @param key the place of the time bucket among the keys
   * @param column its place among the columns
   * @param text the interval as it is written
   */
  public record Expiry(int key, int column, Retention retention, String text)
      implements Serializable {}

  /** A column that is shown. */
  public record NamedExpression(String name, Expression value) implements Serializable {}
}
