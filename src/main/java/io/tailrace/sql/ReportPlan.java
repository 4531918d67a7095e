package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a record adds to the table of a report.
 *
 * @param name the report
 * @param filter which records it is of
 * @param keys what makes the key of a record's row
 * @param keyIsText whether the key is the text of the only one as it is, without escapes
 * @param contributions what is added beside the number of records
 */
record ReportPlan(
    String name,
    Expression filter,
    List<Expression> keys,
    boolean keyIsText,
    List<Contribution> contributions)
    implements Serializable {

  /** The condition of everything that has none. */
  static final Expression ALL = new Expression.Constant(true, SqlType.BOOLEAN);

  ReportPlan {
    keys = List.copyOf(keys);
    contributions = List.copyOf(contributions);
  }

  /** All that is evaluated. */
  Stream<Expression> expressions() {
    return Stream.concat(
        Stream.concat(Stream.of(filter), keys.stream()),
        contributions.stream()
            .flatMap(one -> Stream.concat(Stream.of(one.filter()), one.arguments().stream())));
  }

  /** Ways to add to a measure. */
  enum Kind {
    /** One is added to a sum. */
    COUNT,
    SUM,
    SUM_DOUBLE,
    MIN,
    MAX,
    MIN_BYTES,
    MAX_BYTES,
    MOMENTS,
    DISTINCT,
    DISTINCT_SKETCH,
    QUANTILE_SKETCH
  }

  /**
   * What a record adds to a measure, if none of the arguments is NULL.
   *
   * @param measure the place of the measure
   * @param filter for which records something is added
   * @param arguments what is added; what is not NULL, of a count; of least and greatest bytes what
   *     is compared, then what belongs to it
   */
  record Contribution(Kind kind, int measure, Expression filter, List<Expression> arguments)
      implements Serializable {
    Contribution {
      arguments = List.copyOf(arguments);
    }
  }
}
