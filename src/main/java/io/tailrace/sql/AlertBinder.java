package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.options.UsageException;
import io.tailrace.report.Span;
import io.tailrace.sql.Declaration.Alert;
import io.tailrace.sql.SqlReport.Alerts;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.sql.SqlText.Part;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Binds the conditions on the rows of a report, of which DuckDB has a table of the same name.
 *
 * <p>What is written is of the columns of the report. These are computed of its keys and
 * aggregates, and so is the condition then.
 */
final class AlertBinder {

  private static final Span AT_ONCE = new Span(0, 0, 0);

  private final SqlText file;
  private final SqlReport report;
  private final FunctionCatalog functions;
  private final Duck duck;

  AlertBinder(SqlText file, SqlReport report, FunctionCatalog functions, Duck duck) {
    this.file = file;
    this.report = report;
    this.functions = functions;
    this.duck = duck;
  }

  /** The report with its alerts. */
  SqlReport bind(List<Alert> alerts) throws SQLException {
    int key =
        IntStream.range(0, report.keys().size())
            .filter(place -> TimeBuckets.isTime(report.keys().get(place).value().type()))
            .findFirst()
            .orElseThrow(() -> noBucket(alerts.get(0)));
    TimeBuckets.Bucket bucket =
        TimeBuckets.of(report.keys().get(key).value(), duck)
            .orElseThrow(() -> noLength(alerts.get(0), report.keys().get(key).text()));
    List<SqlAlert> bound = new ArrayList<>();
    for (Alert alert : alerts) {
      bound.add(
          new SqlAlert(
              alert.name().value(),
              condition(alert.condition()),
              alert.condition().inOneLine(),
              duration(alert.duration())));
    }
    return report.with(new Alerts(key, bucket.length(), bucket.time(), bound));
  }

  private UsageException noBucket(Alert alert) {
    return file.error(
        alert.view().start(),
        "an alert needs a view with a time bucket in GROUP BY, a DATE or a TIMESTAMP:"
            + " date_trunc('minute', …) or time_bucket(INTERVAL '15 minutes', …)");
  }

  private UsageException noLength(Alert alert, String bucket) {
    return file.error(
        alert.view().start(),
        "an alert needs to know when a time bucket ends, and "
            + bucket
            + " does not say it: group by date_trunc('minute', …), by time_bucket(INTERVAL"
            + " '15 minutes', …) or by a DATE");
  }

  private Expression condition(Part written) throws SQLException {
    // A comment at the end of the condition ends with the line.
    Part part = written.within("SELECT (", "\n) FROM " + Duck.quoted(report.name()));
    JsonNode condition = duck.parse(part).at("/select_list/0");
    Refusals refusals = new Refusals(part, functions);
    refusals.checkExpression(condition);
    refusals.refuseAggregates(condition, "WHEN is of one row of " + report.name());
    duck.check(part);
    ShadowTable table =
        ShadowTable.create(
            duck, "alert", report.columns().stream().map(column -> column.value().type()).toList());
    Expression ofColumns =
        new ExpressionBinder(duck, table)
            .bindCondition(
                part,
                Ast.location(condition),
                Ast.replace(condition, node -> Ast.isColumn(node) ? column(node) : null));
    return Expressions.withColumns(
        ofColumns, report.columns().stream().map(NamedExpression::value).toList());
  }

  /** A reference to a column of the report, of which DuckDB has made sure that it is there. */
  private JsonNode column(JsonNode written) {
    List<String> names = Ast.names(written);
    int place =
        IntStream.range(0, report.columns().size())
            .filter(
                i -> report.columns().get(i).name().equalsIgnoreCase(names.get(names.size() - 1)))
            .findFirst()
            .orElseThrow();
    return Ast.at(written, ShadowTable.column(place));
  }

  private Span duration(Optional<Part> written) throws SQLException {
    if (written.isEmpty()) {
      return AT_ONCE;
    }
    Part part = written.get();
    Optional<Span> duration = Spans.evaluate(duck, part.text());
    if (duration.filter(Span::isPositive).isEmpty()) {
      throw file.error(
          part.from(),
          "'"
              + part.inOneLine()
              + "' is no length of time; write FOR INTERVAL '5 minutes' or FOR INTERVAL '1 hour'");
    }
    return duration.get();
  }
}
