package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.report.Retention;
import io.tailrace.report.Span;
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
 * @param alerts the conditions on its rows that are told of, if there are any
 */
public record SqlReport(
    String name,
    Optional<Expression> filter,
    List<Key> keys,
    List<Aggregate> aggregates,
    List<NamedExpression> columns,
    Optional<Expiry> expiry,
    Optional<Alerts> alerts)
    implements Serializable {

  /** A report that keeps its rows for ever, and of which nothing is told. */
  public SqlReport(
      String name,
      Optional<Expression> filter,
      List<Key> keys,
      List<Aggregate> aggregates,
      List<NamedExpression> columns) {
    this(name, filter, keys, aggregates, columns, Optional.empty(), Optional.empty());
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

  /**
   * The conditions on its rows that are told of.
   *
   * @param key the place of the time bucket among the keys
   * @param length from the beginning of a bucket to that of the next one
   * @param time of a record, of which its bucket is made: a TIMESTAMP or a DATE
   * @param all the conditions
   */
  public record Alerts(int key, Span length, Expression time, List<SqlAlert> all)
      implements Serializable {
    public Alerts {
      all = List.copyOf(all);
    }
  }

  /** The same, with conditions on its rows. */
  SqlReport with(Alerts conditions) {
    return new SqlReport(name, filter, keys, aggregates, columns, expiry, Optional.of(conditions));
  }

  /**
   * The latest time of each bucket, for what tells of its rows: a report with one row a bucket,
   * which is not shown.
   */
  Optional<SqlReport> clock() {
    return alerts.map(
        watched ->
            new SqlReport(
                // No report can be called so.
                name + "-alerts",
                filter,
                List.of(keys.get(watched.key())),
                List.of(
                    new Aggregate(
                        Function.MAX,
                        List.of(watched.time()),
                        Optional.empty(),
                        watched.time().type(),
                        "max(time)")),
                List.of(
                    new NamedExpression(
                        "time", new Expression.ColumnValue(1, watched.time().type())))));
  }

  /** A column that is shown. */
  public record NamedExpression(String name, Expression value) implements Serializable {}
}
