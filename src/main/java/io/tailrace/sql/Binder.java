package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.sql.Declaration.Alert;
import io.tailrace.sql.Declaration.Query;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.Select.Item;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.sql.SqlText.Part;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives the statements of a file their meaning. */
final class Binder {

  /** The log that every run has, of which views can ask, too. */
  private static final String DEAD_LETTERS =
      "CREATE TABLE dead_letters"
          + " (source VARCHAR, line BIGINT, \"offset\" BIGINT, reason VARCHAR, raw VARCHAR)";

  private final Duck duck;
  private final FunctionCatalog functions;
  private final InputScope scope;
  private final ExpressionBinder rows;

  private Binder(Duck duck, InputScope scope) throws SQLException {
    this.duck = duck;
    this.functions = new FunctionCatalog(duck);
    this.scope = scope;
    this.rows = new ExpressionBinder(duck, ShadowTable.create(duck, "input", scope.types()));
  }

  static SqlProgram bind(
      SqlText file, Declaration.Input input, List<Query> queries, List<Alert> alerts)
      throws SQLException {
    InputScope scope = InputScope.of(file, input);
    try (Duck duck = Duck.open()) {
      duck.execute(scope.createTable(input));
      return new Binder(duck, scope).program(file, input, queries, alerts);
    }
  }

  private SqlProgram program(
      SqlText file, Declaration.Input input, List<Query> queries, List<Alert> alerts)
      throws SQLException {
    InputTable table =
        new InputTable(
            scope.table(),
            scope.columns(),
            checks(input),
            input.format(),
            input.location(),
            input.topic(),
            input.properties());
    List<SqlReport> reports = new ArrayList<>();
    List<SqlLog> logs = new ArrayList<>();
    for (Query query : queries) {
      switch (query.kind()) {
        case REPORT -> reports.add(report(query));
        case LOG -> logs.add(log(query));
        case VIEW -> {}
      }
    }
    createTables(reports, logs);
    return new SqlProgram(
        file.text(), table, withAlerts(file, reports, queries, alerts), logs, views(queries));
  }

  private List<Check> checks(Declaration.Input input) throws SQLException {
    List<Check> checks = new ArrayList<>();
    for (Part part : input.checks()) {
      checks.add(new Check(condition(part), part.inOneLine()));
    }
    return checks;
  }

  private Expression condition(Part written) throws SQLException {
    // A comment at the end of the condition ends with the line.
    Part part = written.within("SELECT (", "\n) FROM " + Duck.quoted(scope.table()));
    JsonNode condition = duck.parse(part).at("/select_list/0");
    Refusals refusals = new Refusals(part, functions);
    refusals.checkExpression(condition);
    refusals.refuseAggregates(condition, "a CHECK is of one record");
    JsonNode resolved = scope.resolve(part, scope.table(), condition, Map.of());
    duck.check(part);
    return rows.bindCondition(part, Ast.location(condition), resolved);
  }

  private SqlLog log(Query query) throws SQLException {
    Select select = Select.of(query, scope, functions, duck);
    Part part = select.part();
    if (select.groupAll() || !select.groups().isEmpty()) {
      throw part.errorAt(
          List.of("GROUP"), "a log has no groups; use CREATE MATERIALIZED VIEW for a report");
    }
    List<NamedExpression> columns = new ArrayList<>();
    for (Item item : select.items()) {
      new Refusals(part, functions)
          .refuseAggregates(
              item.expression(), "a log has a row per record; use CREATE MATERIALIZED VIEW");
      Expression value = rows.bindValue(part, item.location(), item.expression());
      if (value.type().isNested() && select.starred() > 0) {
        throw part.error(
            item.location(),
            item.name() + " cannot be in a log that gets columns, as a whole; select parts of it");
      }
      columns.add(new NamedExpression(item.name(), value));
    }
    for (NamedExpression column : columns) {
      if (column.value().type().isNested() && select.order().contains(column.name())) {
        throw part.errorAt(
            List.of("ORDER"),
            "a log cannot be ordered by " + column.name() + ", an ARRAY, a ROW or a MAP");
      }
    }
    return new SqlLog(
        query.name().value(), filter(select), columns, select.order(), select.starred());
  }

  private SqlReport report(Query query) throws SQLException {
    Select select = Select.of(query, scope, functions, duck);
    Optional<Expression> filter = filter(select);
    return new ReportBinder(query.name().value(), select, scope, functions, rows, duck)
        .bind(filter, query.retention());
  }

  private Optional<Expression> filter(Select select) throws SQLException {
    if (select.filter().isEmpty()) {
      return Optional.empty();
    }
    JsonNode filter = select.filter().get();
    return Optional.of(rows.bindCondition(select.part(), Ast.location(filter), filter));
  }

  private List<SqlReport> withAlerts(
      SqlText file, List<SqlReport> reports, List<Query> queries, List<Alert> alerts)
      throws SQLException {
    Map<String, List<Alert>> byReport = new LinkedHashMap<>();
    for (Alert alert : alerts) {
      byReport
          .computeIfAbsent(reportOf(file, alert, reports, queries), name -> new ArrayList<>())
          .add(alert);
    }
    List<SqlReport> all = new ArrayList<>();
    for (SqlReport report : reports) {
      List<Alert> own = byReport.get(report.name());
      all.add(own == null ? report : new AlertBinder(file, report, functions, duck).bind(own));
    }
    return all;
  }

  /** The name of the report that an alert is of. */
  private String reportOf(SqlText file, Alert alert, List<SqlReport> reports, List<Query> queries) {
    String name = alert.view().value();
    for (SqlReport report : reports) {
      if (report.name().equalsIgnoreCase(name)) {
        return report.name();
      }
    }
    boolean isOther =
        scope.table().equalsIgnoreCase(name)
            || queries.stream().anyMatch(query -> query.name().value().equalsIgnoreCase(name));
    throw file.error(
        alert.view().start(),
        isOther
            ? name + " is no MATERIALIZED VIEW, which is what alerts are of"
            : "there is no MATERIALIZED VIEW "
                + name
                + Suggestion.of(name, reports.stream().map(SqlReport::name).toList()));
  }

  /** Makes tables like those that a run makes. */
  private void createTables(List<SqlReport> reports, List<SqlLog> logs) throws SQLException {
    duck.execute("DROP TABLE " + Duck.quoted(scope.table()));
    duck.execute(DEAD_LETTERS);
    for (SqlReport report : reports) {
      createTable(report.name(), report.columns());
    }
    for (SqlLog log : logs) {
      createTable(log.name(), log.columns());
    }
  }

  /** Binds views over the tables of a run. */
  private Map<String, String> views(List<Query> queries) throws SQLException {
    Map<String, String> views = new LinkedHashMap<>();
    for (Query query : queries) {
      if (query.kind() == Declaration.Kind.VIEW) {
        Part select = query.select();
        duck.parse(select);
        duck.execute(
            select.within("CREATE VIEW " + Duck.quoted(query.name().value()) + " AS ", ""));
        views.put(query.name().value(), select.text());
      }
    }
    return views;
  }

  private void createTable(String name, List<NamedExpression> columns) throws SQLException {
    List<String> definitions = new ArrayList<>();
    for (NamedExpression column : columns) {
      definitions.add(Duck.quoted(column.name()) + " " + column.value().type());
    }
    duck.execute("CREATE TABLE " + Duck.quoted(name) + " (" + String.join(", ", definitions) + ")");
  }
}
