package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Expression.ColumnValue;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Key;
import io.tailrace.sql.SqlReport.NamedExpression;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what a file of SQL computes, and where. */
public final class Explain {

  private static final String GAP = "  ";

  private final SqlProgram program;
  private final List<String> inputNames;
  private final StringBuilder text = new StringBuilder();

  /** What is computed per record, in the order in which it is met. */
  private final Set<String> perRecord = new LinkedHashSet<>();

  private Explain(SqlProgram program) {
    this.program = program;
    this.inputNames = program.input().columns().stream().map(InputColumn::name).toList();
  }

  /** The text for people, with the columns of tables aligned. */
  public static String of(SqlProgram program) {
    return new Explain(program).text();
  }

  private String text() {
    input();
    program.reports().forEach(this::report);
    program.logs().forEach(this::log);
    for (Map.Entry<String, String> view : program.views().entrySet()) {
      line("view " + view.getKey() + ", answered when it is asked");
      line("");
    }
    line("computed for each record");
    perRecord.forEach(expression -> line(GAP + expression));
    if (perRecord.isEmpty()) {
      line(GAP + "nothing");
    }
    return text.toString();
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  private void input() {
    InputTable input = program.input();
    line(
        "input "
            + input.name()
            + ", "
            + input.format()
            + input.location().map(location -> " at " + location).orElse("")
            + input.topic().map(TopicAddress::inWords).orElse(""));
    List<List<String>> rows = new ArrayList<>();
    for (InputColumn column : input.columns()) {
      if (!InputScope.isOfEveryInput(column) && column.type().kind() != SqlType.Kind.ROW) {
        rows.add(
            List.of(
                column.name(),
                column.type().toString(),
                column.required()
                    ? "NOT NULL"
                    : column.origin() == Origin.FIELD ? "may be NULL" : "of the message"));
      }
    }
    table(rows);
    for (Check check : input.checks()) {
      line(GAP + "CHECK " + check.text());
      note(check.condition());
    }
    line("");
  }

  private void report(SqlReport report) {
    line("report " + report.name());
    filter(report.filter());
    line(GAP + (report.keys().isEmpty() ? "one row in all" : "a row for each"));
    List<List<String>> keys = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Key key : report.keys()) {
      note(key.value());
      names.add(key.text());
      keys.add(List.of(key.text(), key.value().type().toString()));
    }
    indented(keys);
    report
        .expiry()
        .ifPresent(
            expiry ->
                line(
                    GAP
                        + "retention "
                        + expiry.text()
                        + " by column "
                        + report.columns().get(expiry.column()).name()));
    report.alerts().ifPresent(alerts -> alerts(report, alerts));
    line(GAP + "kept for each row");
    List<List<String>> kept = new ArrayList<>();
    for (Aggregate aggregate : report.aggregates()) {
      aggregate.arguments().forEach(this::note);
      aggregate.filter().ifPresent(this::note);
      names.add(aggregate.text());
      kept.add(List.of(aggregate.text(), aggregate.type().toString()));
    }
    indented(kept);
    columns(report.columns(), names);
    line("");
  }

  private void alerts(SqlReport report, SqlReport.Alerts alerts) {
    note(alerts.time());
    line(
        String.format(
            "%salerts, once a bucket of %s of %s is complete",
            GAP, Spans.inWords(alerts.length()), ExpressionText.of(alerts.time(), inputNames)));
    List<List<String>> rows = new ArrayList<>();
    for (SqlAlert alert : alerts.all()) {
      String duration =
          alert.duration().isPositive() ? " for " + Spans.inWords(alert.duration()) : "";
      rows.add(List.of(alert.name(), "when " + alert.text() + duration));
    }
    indented(rows);
  }

  private void log(SqlLog log) {
    line("log " + log.name());
    filter(log.filter());
    log.columns().stream().skip(log.starred()).forEach(column -> note(column.value()));
    columns(log.columns(), inputNames);
    if (log.grows()) {
      line(GAP + GAP + "and a column for each other field that comes");
    }
    line(
        GAP
            + (log.order().isEmpty()
                ? "in the order of the input"
                : "each file in the order of " + String.join(", ", log.order())));
    line("");
  }

  private void filter(Optional<Expression> filter) {
    line(
        GAP
            + filter
                .map(condition -> "records where " + ExpressionText.of(condition, inputNames))
                .orElse("all records"));
    filter.ifPresent(this::note);
  }

  private void columns(List<NamedExpression> columns, List<String> names) {
    line(GAP + "columns");
    List<List<String>> rows = new ArrayList<>();
    for (NamedExpression column : columns) {
      rows.add(
          List.of(
              column.name(),
              column.value().type().toString(),
              ExpressionText.of(column.value(), names)));
    }
    indented(rows);
  }

  /** Notes what is computed per record; a column or a constant costs nothing. */
  private void note(Expression expression) {
    if (!(expression instanceof ColumnValue) && !(expression instanceof Expression.Constant)) {
      perRecord.add(ExpressionText.of(expression, inputNames));
    }
  }

  private void table(List<List<String>> rows) {
    aligned(rows).forEach(row -> line(GAP + row));
  }

  private void indented(List<List<String>> rows) {
    aligned(rows).forEach(row -> line(GAP + GAP + row));
  }

  private static List<String> aligned(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int place = i;
        int width = rows.stream().mapToInt(other -> other.get(place).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length())).append(GAP);
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
