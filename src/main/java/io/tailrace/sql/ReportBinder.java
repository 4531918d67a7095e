package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.format.SqlType;
import io.tailrace.options.UsageException;
import io.tailrace.report.Retention;
import io.tailrace.report.Span;
import io.tailrace.sql.Duck.RefusedException;
import io.tailrace.sql.ExpressionBinder.BoundAggregate;
import io.tailrace.sql.Select.Item;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Expiry;
import io.tailrace.sql.SqlReport.Function;
import io.tailrace.sql.SqlReport.Key;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.sql.SqlText.Part;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes a report apart: keys and aggregates of records, and columns of a row of these.
 *
 * <p>A column is computed from keys and aggregates, so each of these in it is replaced by its place
 * in the row: first the keys, then the aggregates.
 */
final class ReportBinder {

  private final String name;
  private final Select select;
  private final Part part;
  private final InputScope scope;
  private final FunctionCatalog functions;
  private final ExpressionBinder rows;
  private final Duck duck;

  private final List<Key> keys = new ArrayList<>();
  private final Map<String, Integer> keyPlaces = new LinkedHashMap<>();
  private final List<Aggregate> aggregates = new ArrayList<>();
  private final Map<String, Integer> aggregatePlaces = new LinkedHashMap<>();

  ReportBinder(
      String name,
      Select select,
      InputScope scope,
      FunctionCatalog functions,
      ExpressionBinder rows,
      Duck duck) {
    this.name = name;
    this.select = select;
    this.part = select.part();
    this.scope = scope;
    this.functions = functions;
    this.rows = rows;
    this.duck = duck;
  }

  /**
   * @param retention the text that says how long rows are kept
   */
  SqlReport bind(Optional<Expression> filter, Optional<Token> retention) throws SQLException {
    for (JsonNode group : groups()) {
      addKey(group);
    }
    for (Item item : select.items()) {
      addAggregates(item.expression(), item.location());
    }
    if (keys.isEmpty() && aggregates.isEmpty()) {
      throw part.error(
          0, "a report needs GROUP BY or an aggregate; CREATE STREAMING TABLE keeps records");
    }
    List<SqlType> types = new ArrayList<>();
    keys.forEach(key -> types.add(key.value().type()));
    aggregates.forEach(aggregate -> types.add(aggregate.type()));
    ExpressionBinder shown = new ExpressionBinder(duck, ShadowTable.create(duck, "report", types));
    List<NamedExpression> columns = new ArrayList<>();
    for (Item item : select.items()) {
      JsonNode expression = overRow(item);
      columns.add(
          new NamedExpression(item.name(), shown.bindValue(part, item.location(), expression)));
    }
    Optional<Expiry> expiry =
        retention.isPresent() ? Optional.of(expiry(retention.get(), columns)) : Optional.empty();
    return new SqlReport(name, filter, keys, aggregates, columns, expiry, Optional.empty());
  }

  private Expiry expiry(Token retention, List<NamedExpression> columns) throws SQLException {
    int key =
        IntStream.range(0, keys.size())
            .filter(place -> TimeBuckets.isTime(keys.get(place).value().type()))
            .findFirst()
            .orElseThrow(
                () ->
                    error(
                        retention,
                        "retention needs a time bucket in GROUP BY, a DATE or a TIMESTAMP:"
                            + " date_trunc('hour', …) or time_bucket(INTERVAL '15 minutes', …)"));
    int column =
        IntStream.range(0, columns.size())
            .filter(
                place ->
                    columns.get(place).value() instanceof Expression.ColumnValue value
                        && value.column() == key)
            .findFirst()
            .orElseThrow(
                () ->
                    error(
                        retention,
                        "retention needs the time bucket among the columns: "
                            + keys.get(key).text()));
    Span span =
        Spans.parse(duck, retention.value())
            .orElseThrow(
                () ->
                    error(
                        retention,
                        "'"
                            + retention.value()
                            + "' is no interval; write one like '7 days', '12 hours' or"
                            + " '1 month'"));
    if (!span.isPositive()) {
      throw error(
          retention,
          "'" + retention.value() + "' keeps nothing; retention must be longer than that");
    }
    return new Expiry(
        key,
        column,
        new Retention(TimeBuckets.key(keys.get(key).value(), key), span),
        retention.value());
  }

  private UsageException error(Token token, String message) {
    return part.file().error(token.start(), message);
  }

  private List<JsonNode> groups() {
    if (!select.groupAll()) {
      return select.groups();
    }
    return select.items().stream()
        .map(Item::expression)
        .filter(expression -> !hasAggregate(expression))
        .toList();
  }

  private boolean isAggregate(JsonNode node) {
    return Ast.isFunction(node) && functions.isAggregate(Ast.function(node));
  }

  private boolean hasAggregate(JsonNode node) {
    if (isAggregate(node)) {
      return true;
    }
    for (JsonNode child : node) {
      if (hasAggregate(child)) {
        return true;
      }
    }
    return false;
  }

  private void addKey(JsonNode expression) throws SQLException {
    String canonical = Ast.canonical(expression);
    if (!keyPlaces.containsKey(canonical)) {
      keyPlaces.put(canonical, keys.size());
      Expression value = rows.bindValue(part, Ast.location(expression), expression);
      if (value.type().isNested()) {
        throw part.error(
            Ast.location(expression), "a report cannot be grouped by an ARRAY, a ROW or a MAP");
      }
      keys.add(new Key(value, text(expression)));
    }
  }

  private void addAggregates(JsonNode node, long location) throws SQLException {
    if (keyPlaces.containsKey(Ast.canonical(node))) {
      return;
    }
    if (isAggregate(node)) {
      addAggregate(node, location);
      return;
    }
    for (JsonNode child : node) {
      addAggregates(child, location);
    }
  }

  private void addAggregate(JsonNode call, long location) throws SQLException {
    String canonical = canonicalAggregate(call);
    if (aggregatePlaces.containsKey(canonical)) {
      return;
    }
    aggregatePlaces.put(canonical, aggregates.size());
    long at = Math.max(location, Ast.location(call));
    BoundAggregate bound = rows.bindAggregate(part, at, call);
    Function function = FunctionCatalog.aggregate(call);
    if (function != Function.COUNT
        && bound.arguments().stream().anyMatch(argument -> argument.type().isNested())) {
      throw part.error(
          at,
          Ast.function(call)
              + " of an ARRAY, a ROW or a MAP is not supported; use one of its parts");
    }
    aggregates.add(
        new Aggregate(
            function,
            arguments(function, call, bound, at),
            bound.filter(),
            bound.type(),
            text(Ast.renamed(call, name(function)))));
  }

  private static String name(Function function) {
    Function called = function == Function.COUNT_DISTINCT ? Function.COUNT : function;
    return called.name().toLowerCase(Locale.ROOT);
  }

  private List<Expression> arguments(
      Function function, JsonNode call, BoundAggregate bound, long location) {
    return switch (function) {
      case SUM, AVG -> numeric(bound, location);
      case COUNT_DISTINCT, APPROX_COUNT_DISTINCT -> {
        if (bound.arguments().get(0).type().kind() == SqlType.Kind.INTERVAL) {
          throw part.error(location, "different INTERVALs cannot be counted");
        }
        yield bound.arguments();
      }
      case APPROX_QUANTILE -> ofQuantile(call, bound, location);
      default -> bound.arguments();
    };
  }

  private List<Expression> ofQuantile(JsonNode call, BoundAggregate bound, long location) {
    Expression value = bound.arguments().get(0);
    if (!SqlValues.isHeldInLong(value.type())) {
      throw part.error(
          location,
          "approx_quantile of a " + value.type() + " is not supported; cast it to DOUBLE");
    }
    // DuckDB has a FLOAT for it, which 0.95 is not.
    double share = Refusals.quantile(Ast.arguments(call).get(1)).orElseThrow();
    return List.of(value, new Expression.Constant(share, SqlType.DOUBLE));
  }

  private List<Expression> numeric(BoundAggregate bound, long location) {
    Expression value = bound.arguments().get(0);
    return switch (value.type().kind()) {
      // The sum of BOOLEANs is how many are true.
      case BOOLEAN -> List.of(new Expression.Cast(value, SqlType.INTEGER, false));
      case DATE, TIMESTAMP ->
          throw part.error(location, "the average of a " + value.type() + " is not supported");
      default -> bound.arguments();
    };
  }

  private static String canonicalAggregate(JsonNode call) {
    return FunctionCatalog.aggregate(call)
        + Ast.canonical(call.path("arguments"))
        + Ast.canonical(call.path("filter"));
  }

  /** The text of an expression of the input in DuckDB's one form. */
  private String text(JsonNode expression) throws SQLException {
    try {
      return duck.text(scope.named(expression));
    } catch (RefusedException e) {
      throw part.error(Ast.location(expression), e.getMessage());
    }
  }

  /** A column as an expression of keys and aggregates. */
  private JsonNode overRow(Item item) {
    return Ast.replace(
        item.expression(),
        node -> {
          Integer key = keyPlaces.get(Ast.canonical(node));
          // A number that is a key is not a key wherever the number is.
          if (key != null && (!Ast.isLiteral(node) || node == item.expression())) {
            return ShadowTable.column(key);
          }
          if (isAggregate(node)) {
            return ShadowTable.column(keys.size() + aggregatePlaces.get(canonicalAggregate(node)));
          }
          if (Ast.isColumn(node)) {
            throw part.error(
                item.location(),
                "column "
                    + scope.columns().get(ShadowTable.place(node)).name()
                    + " must be in GROUP BY or in an aggregate");
          }
          return null;
        });
  }
}
