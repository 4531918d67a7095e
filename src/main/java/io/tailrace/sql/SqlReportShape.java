package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.report.Column;
import io.tailrace.report.Conditions;
import io.tailrace.report.Conditions.Condition;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.sql.ReportPlan.Contribution;
import io.tailrace.sql.ReportPlan.Kind;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Key;
import io.tailrace.sql.SqlReport.NamedExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A report of SQL as tables keep it: its aggregates taken apart into measures that can be merged.
 *
 * <p>Measures have their SQL for names, so that totals stay what they are whatever is shown of
 * them. Totals that are there already keep them in an order of their own, and perhaps under other
 * names: the report is the one that these totals are of.
 */
final class SqlReportShape {

  private final SqlReport sql;
  private final Nullability nullability;
  private final List<String> names;
  private final Map<String, Measure> kept;
  private final List<Measure> measures = new ArrayList<>(List.of(Report.RECORDS));
  private final Map<Contribution, Integer> contributions = new HashMap<>();
  private final List<Contribution> inOrder = new ArrayList<>();
  private final List<ShownInput> inputs = new ArrayList<>();
  private final Set<String> measureNames = new HashSet<>();

  /**
   * @param kept the measures of totals that are there, in their order, by the names that they would
   *     have here; none if there are no totals yet
   * @throws UnsupportedFunctionException if there is an aggregate of types that it is not for
   */
  SqlReportShape(SqlReport sql, InputTable input, Map<String, Measure> kept) {
    this.sql = sql;
    this.kept = kept;
    this.nullability = new Nullability(input.columns());
    this.names = input.columns().stream().map(InputTable.InputColumn::name).toList();
    for (int i = 0; i < sql.keys().size(); i++) {
      inputs.add(
          keyIsText()
              ? new ShownInput.WholeKey()
              : new ShownInput.KeyPart(i, sql.keys().get(i).value().type()));
    }
    for (Aggregate aggregate : sql.aggregates()) {
      inputs.add(input(aggregate));
    }
  }

  /** What a record adds to a table of the report. */
  ReportPlan plan() {
    List<Measure> order = ordered();
    return new ReportPlan(
        sql.name(),
        sql.filter().orElse(ReportPlan.ALL),
        sql.keys().stream().map(Key::value).toList(),
        keyIsText(),
        inOrder.stream()
            .map(
                one ->
                    new Contribution(
                        one.kind(),
                        order.indexOf(measures.get(one.measure())),
                        one.filter(),
                        one.arguments()))
            .toList());
  }

  /** The measures in the order of the totals that are there; behind them those that are new. */
  private List<Measure> ordered() {
    Set<Measure> ordered = new LinkedHashSet<>(List.of(Report.RECORDS));
    kept.values().stream().filter(measures::contains).forEach(ordered::add);
    ordered.addAll(measures);
    return List.copyOf(ordered);
  }

  private boolean keyIsText() {
    return sql.keys().size() == 1
        && sql.keys().get(0).value().type().kind() == SqlType.Kind.VARCHAR
        && !nullability.canBeNull(sql.keys().get(0).value());
  }

  /** What tables of the report keep, and what is shown of it. */
  Report report() {
    List<Column> columns = new ArrayList<>();
    boolean keysAreShown = keysAreShown();
    if (!keysAreShown) {
      columns.add(Column.hiddenKey());
    }
    Set<Integer> shown = new HashSet<>();
    for (NamedExpression column : sql.columns()) {
      Column.Role role = Column.Role.OTHER;
      if (column.value() instanceof Expression.ColumnValue value && shown.add(value.column())) {
        role = role(value.column(), keysAreShown);
      }
      if (role == Column.Role.RECORDS && hasRecords(columns)) {
        role = Column.Role.COUNT;
      }
      columns.add(
          new Column(
              column.name(),
              column.value().type(),
              new ShownValue(sql.name(), "column " + column.name(), inputs, column.value()),
              role));
    }
    if (!hasRecords(columns)) {
      columns.add(Column.hiddenRecords());
    }
    int first = keysAreShown ? 0 : 1;
    Report.Expiry expiry =
        sql.expiry()
            .map(known -> new Report.Expiry(columns.get(first + known.column()), known.retention()))
            .orElse(null);
    return new Report(sql.name(), ordered(), columns, expiry);
  }

  /**
   * The conditions on the rows of the report, if there are any.
   *
   * @param report as {@link #report} gives it
   * @param clock the same of {@link SqlReport#clock}
   */
  Optional<Conditions> conditions(Report report, Optional<Report> clock) {
    return sql.alerts().map(alerts -> conditions(alerts, report, clock.orElseThrow()));
  }

  private Conditions conditions(SqlReport.Alerts alerts, Report report, Report clock) {
    List<Column> key = new ArrayList<>();
    for (int i = 0; i < sql.keys().size(); i++) {
      if (i != alerts.key()) {
        key.add(shown(keyName(i), new Expression.ColumnValue(i, sql.keys().get(i).value().type())));
      }
    }
    List<Column> measures =
        sql.columns().stream()
            .filter(
                column ->
                    !(column.value() instanceof Expression.ColumnValue value
                        && value.column() < sql.keys().size()))
            .map(column -> shown(column.name(), column.value()))
            .toList();
    List<Condition> conditions =
        alerts.all().stream()
            .map(
                alert ->
                    new Condition(
                        alert.name(),
                        alert.text(),
                        alert.duration(),
                        new ShownValue(
                            sql.name(), "alert " + alert.name(), inputs, alert.condition())))
            .toList();
    return new Conditions(
        report,
        clock,
        TimeBuckets.key(sql.keys().get(alerts.key()).value(), alerts.key()),
        alerts.length(),
        key,
        measures,
        conditions);
  }

  /** The name of the first column that shows a key, or its text. */
  private String keyName(int key) {
    return sql.columns().stream()
        .filter(
            column ->
                column.value() instanceof Expression.ColumnValue value && value.column() == key)
        .map(NamedExpression::name)
        .findFirst()
        .orElse(sql.keys().get(key).text());
  }

  private Column shown(String name, Expression value) {
    return Column.derived(
        name, value.type(), new ShownValue(sql.name(), "column " + name, inputs, value));
  }

  private static boolean hasRecords(List<Column> columns) {
    return columns.stream().anyMatch(column -> column.role() == Column.Role.RECORDS);
  }

  /** Whether the columns that show the keys are a primary key, in which nothing is NULL. */
  private boolean keysAreShown() {
    return !sql.keys().isEmpty()
        && sql.keys().stream().noneMatch(key -> nullability.canBeNull(key.value()))
        && IntStream.range(0, sql.keys().size())
            .allMatch(
                key ->
                    sql.columns().stream()
                        .anyMatch(
                            column ->
                                column.value() instanceof Expression.ColumnValue value
                                    && value.column() == key));
  }

  private Column.Role role(int input, boolean keysAreShown) {
    if (input < sql.keys().size()) {
      return keysAreShown ? Column.Role.KEY : Column.Role.PART;
    }
    ShownInput shown = inputs.get(input);
    if (shown instanceof ShownInput.DistinctCount
        || shown instanceof ShownInput.ApproximateDistinctCount) {
      return Column.Role.COUNT;
    }
    if (shown instanceof ShownInput.Count count) {
      return count.measure().equals(Report.RECORDS.name())
          ? Column.Role.RECORDS
          : Column.Role.COUNT;
    }
    return Column.Role.OTHER;
  }

  private ShownInput input(Aggregate aggregate) {
    Expression filter = aggregate.filter().orElse(ReportPlan.ALL);
    List<Expression> arguments = aggregate.arguments();
    return switch (aggregate.function()) {
      case COUNT_STAR -> new ShownInput.Count(count(filter, arguments));
      case COUNT -> new ShownInput.Count(countOf(arguments.get(0), filter));
      case SUM ->
          new ShownInput.Sum(sum(aggregate, filter), count(filter, arguments), aggregate.type());
      case AVG ->
          new ShownInput.Average(
              sum(aggregate, filter), count(filter, arguments), arguments.get(0).type());
      case MIN, BOOL_AND -> extreme(aggregate, filter, false);
      case MAX, BOOL_OR -> extreme(aggregate, filter, true);
      case ARG_MIN -> valueAtExtreme(aggregate, filter, false);
      case ARG_MAX -> valueAtExtreme(aggregate, filter, true);
      case STDDEV_SAMP -> spread(aggregate, filter, true, true);
      case STDDEV_POP -> spread(aggregate, filter, true, false);
      case VAR_SAMP -> spread(aggregate, filter, false, true);
      case VAR_POP -> spread(aggregate, filter, false, false);
      case COUNT_DISTINCT ->
          new ShownInput.DistinctCount(
              of(Kind.DISTINCT, Measure.Merge.DISTINCT, filter, arguments, "COUNT", "DISTINCT "),
              text(arguments.get(0)));
      case APPROX_COUNT_DISTINCT ->
          new ShownInput.ApproximateDistinctCount(
              of(
                  Kind.DISTINCT_SKETCH,
                  Measure.Merge.DISTINCT_SKETCH,
                  filter,
                  arguments,
                  "APPROX_COUNT_DISTINCT",
                  ""));
      case APPROX_QUANTILE ->
          new ShownInput.Quantile(
              of(
                  Kind.QUANTILE_SKETCH,
                  Measure.Merge.QUANTILE_SKETCH,
                  filter,
                  arguments.subList(0, 1),
                  "QUANTILES",
                  ""),
              (double) ((Expression.Constant) arguments.get(1)).value(),
              aggregate.type());
    };
  }

  /** The measure of COUNT. What can have an error is evaluated, whether it can be NULL or not. */
  private String countOf(Expression argument, Expression filter) {
    boolean isComputed =
        argument instanceof Expression.Call
            || argument instanceof Expression.Cast
            || argument instanceof Expression.Conditional;
    return isComputed
        ? measure(Kind.COUNT, Measure.Merge.SUM, filter, List.of(argument), "COUNT", text(argument))
        : count(filter, List.of(argument));
  }

  /** The measure that counts the records that meet a condition and have none of these as NULL. */
  private String count(Expression filter, List<Expression> arguments) {
    List<Expression> nullable =
        arguments.stream().filter(nullability::canBeNull).distinct().toList();
    if (nullable.isEmpty() && filter.equals(ReportPlan.ALL)) {
      return Report.RECORDS.name();
    }
    String of =
        nullable.isEmpty() ? "*" : String.join(", ", nullable.stream().map(this::text).toList());
    return measure(Kind.COUNT, Measure.Merge.SUM, filter, nullable, "COUNT", of);
  }

  private String sum(Aggregate aggregate, Expression filter) {
    Expression argument = aggregate.arguments().get(0);
    return switch (argument.type().kind()) {
      case BOOLEAN, INTEGER, BIGINT, HUGEINT, DECIMAL ->
          measure(Kind.SUM, Measure.Merge.SUM, filter, List.of(argument), "SUM", typed(argument));
      case DOUBLE ->
          measure(
              Kind.SUM_DOUBLE,
              Measure.Merge.SUM_DOUBLE,
              filter,
              List.of(argument),
              "SUM",
              typed(argument));
      case VARCHAR, DATE, TIMESTAMP, INTERVAL, ARRAY, ROW, MAP -> throw unsupported(aggregate);
    };
  }

  private ShownInput extreme(Aggregate aggregate, Expression filter, boolean isGreatest) {
    Expression argument = aggregate.arguments().get(0);
    if (argument.type().kind() == SqlType.Kind.INTERVAL) {
      throw unsupported(aggregate);
    }
    String name = isGreatest ? "MAX" : "MIN";
    if (SqlValues.isHeldInLong(argument.type())) {
      String measure =
          measure(
              isGreatest ? Kind.MAX : Kind.MIN,
              isGreatest ? Measure.Merge.MAX : Measure.Merge.MIN,
              filter,
              List.of(argument),
              name,
              typed(argument));
      return new ShownInput.Extreme(measure, count(filter, aggregate.arguments()), argument.type());
    }
    return new ShownInput.ExtremeBytes(
        bytes(isGreatest, filter, List.of(argument), name, typed(argument)), argument.type());
  }

  private ShownInput valueAtExtreme(Aggregate aggregate, Expression filter, boolean isGreatest) {
    Expression value = aggregate.arguments().get(0);
    Expression compared = aggregate.arguments().get(1);
    if (value.type().kind() == SqlType.Kind.INTERVAL
        || compared.type().kind() == SqlType.Kind.INTERVAL) {
      throw unsupported(aggregate);
    }
    String measure =
        bytes(
            isGreatest,
            filter,
            List.of(compared, value),
            isGreatest ? "ARG_MAX" : "ARG_MIN",
            typed(value) + ", " + typed(compared));
    return new ShownInput.ValueAtExtreme(measure, compared.type(), value.type());
  }

  private String bytes(
      boolean isGreatest, Expression filter, List<Expression> arguments, String name, String of) {
    return measure(
        isGreatest ? Kind.MAX_BYTES : Kind.MIN_BYTES,
        isGreatest ? Measure.Merge.MAX_BYTES : Measure.Merge.MIN_BYTES,
        filter,
        arguments,
        name,
        of);
  }

  private ShownInput spread(
      Aggregate aggregate, Expression filter, boolean isRoot, boolean isOfSample) {
    Expression argument = aggregate.arguments().get(0);
    if (argument.type().kind() != SqlType.Kind.DOUBLE) {
      throw unsupported(aggregate);
    }
    String measure =
        measure(
            Kind.MOMENTS,
            Measure.Merge.MOMENTS,
            filter,
            List.of(argument),
            "MOMENTS",
            text(argument));
    return new ShownInput.Spread(measure, isRoot, isOfSample);
  }

  /** The measure of an aggregate of one argument, before which something may be written. */
  private String of(
      Kind kind,
      Measure.Merge merge,
      Expression filter,
      List<Expression> arguments,
      String function,
      String before) {
    return measure(kind, merge, filter, arguments, function, before + typed(arguments.get(0)));
  }

  private static UnsupportedFunctionException unsupported(Aggregate aggregate) {
    return new UnsupportedFunctionException(
        aggregate.function().name().toLowerCase(Locale.ROOT),
        aggregate.arguments().stream().map(Expression::type).toList());
  }

  /** An argument with its type, where what is kept of it means another thing in another type. */
  private String typed(Expression argument) {
    return switch (argument.type().kind()) {
      case INTEGER, BIGINT, VARCHAR -> text(argument);
      default -> String.format("CAST(%s AS %s)", text(argument), argument.type());
    };
  }

  private String text(Expression expression) {
    return ExpressionText.of(expression, names);
  }

  private String measure(
      Kind kind,
      Measure.Merge merge,
      Expression filter,
      List<Expression> arguments,
      String function,
      String of) {
    Contribution unplaced = new Contribution(kind, 0, filter, arguments);
    Integer known = contributions.get(unplaced);
    if (known != null) {
      return measures.get(known).name();
    }
    String definition =
        filter.equals(ReportPlan.ALL)
            ? String.format("%s(%s)", function, of)
            : String.format("%s(%s) FILTER (WHERE %s)", function, of, text(filter));
    contributions.put(unplaced, measures.size());
    inOrder.add(new Contribution(kind, measures.size(), filter, arguments));
    String name = unused(definition);
    Measure before = kept.get(name);
    measures.add(
        before != null && before.merge() == merge ? before : new Measure(name, merge, definition));
    return measures.get(measures.size() - 1).name();
  }

  private String unused(String name) {
    String unused = name;
    for (int i = 2; !measureNames.add(unused); i++) {
      unused = name + " #" + i;
    }
    return unused;
  }
}
