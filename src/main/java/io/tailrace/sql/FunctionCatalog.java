package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What DuckDB's functions are: which of them are aggregates, and which change by themselves. */
final class FunctionCatalog {

  private static final Map<String, SqlReport.Function> AGGREGATES =
      Map.ofEntries(
          Map.entry("count_star", SqlReport.Function.COUNT_STAR),
          Map.entry("count", SqlReport.Function.COUNT),
          Map.entry("sum", SqlReport.Function.SUM),
          Map.entry("min", SqlReport.Function.MIN),
          Map.entry("max", SqlReport.Function.MAX),
          Map.entry("avg", SqlReport.Function.AVG),
          Map.entry("mean", SqlReport.Function.AVG),
          Map.entry("bool_and", SqlReport.Function.BOOL_AND),
          Map.entry("bool_or", SqlReport.Function.BOOL_OR),
          Map.entry("stddev", SqlReport.Function.STDDEV_SAMP),
          Map.entry("stddev_samp", SqlReport.Function.STDDEV_SAMP),
          Map.entry("stddev_pop", SqlReport.Function.STDDEV_POP),
          Map.entry("variance", SqlReport.Function.VAR_SAMP),
          Map.entry("var_samp", SqlReport.Function.VAR_SAMP),
          Map.entry("var_pop", SqlReport.Function.VAR_POP),
          Map.entry("arg_min", SqlReport.Function.ARG_MIN),
          Map.entry("argmin", SqlReport.Function.ARG_MIN),
          Map.entry("min_by", SqlReport.Function.ARG_MIN),
          Map.entry("arg_max", SqlReport.Function.ARG_MAX),
          Map.entry("argmax", SqlReport.Function.ARG_MAX),
          Map.entry("max_by", SqlReport.Function.ARG_MAX),
          Map.entry("approx_count_distinct", SqlReport.Function.APPROX_COUNT_DISTINCT),
          Map.entry("approx_quantile", SqlReport.Function.APPROX_QUANTILE));

  static final String SUPPORTED_AGGREGATES =
      "count, sum, min, max, avg, bool_and, bool_or, stddev, variance, arg_min, arg_max,"
          + " approx_count_distinct and approx_quantile";

  /** Values of this moment or process that are written like columns. */
  private static final Set<String> MOMENTS =
      Set.of(
          "current_date",
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          "current_user",
          "current_role",
          "session_user",
          "current_catalog",
          "current_schema",
          "user");

  /** Functions that say something about the process, although they do not change inside a query. */
  private static final Set<String> PROCESS =
      Set.of("getenv", "getvariable", "current_setting", "version", "pg_backend_pid");

  /** What most files call, so that DuckDB need not list its thousands of functions for them. */
  static final Set<String> STEADY =
      Set.of(
          "+",
          "-",
          "*",
          "/",
          "//",
          "%",
          "||",
          "mod",
          "abs",
          "round",
          "floor",
          "ceil",
          "ceiling",
          "greatest",
          "least",
          "lower",
          "upper",
          "trim",
          "ltrim",
          "rtrim",
          "substring",
          "substr",
          "split_part",
          "replace",
          "length",
          "strlen",
          "position",
          "instr",
          "strpos",
          "concat",
          "date_trunc",
          "date_part",
          "year",
          "month",
          "day",
          "hour",
          "minute",
          "second");

  private final Duck duck;

  /** Filled when it is first asked about a function that is not {@link #STEADY}. */
  private final Set<String> aggregates = new HashSet<>();

  private final Set<String> changing = new HashSet<>();

  FunctionCatalog(Duck duck) {
    this.duck = duck;
  }

  private void list() {
    if (!changing.isEmpty()) {
      return;
    }
    try {
      aggregates.addAll(lowerCase(duck, "function_type = 'aggregate'"));
      changing.addAll(lowerCase(duck, "stability <> 'CONSISTENT'"));
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to list its functions", e);
    }
    changing.addAll(PROCESS);
    changing.addAll(MOMENTS);
    // DuckDB says that it does not change.
    changing.add("current_localtimestamp");
  }

  private static Set<String> lowerCase(Duck duck, String condition) throws SQLException {
    Set<String> names = new HashSet<>();
    for (String name :
        duck.column("SELECT DISTINCT function_name FROM duckdb_functions() WHERE " + condition)) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
    return names;
  }

  boolean isAggregate(String function) {
    if (AGGREGATES.containsKey(function) || STEADY.contains(function)) {
      return AGGREGATES.containsKey(function);
    }
    list();
    return aggregates.contains(function);
  }

  /** The aggregate that is called, which is one that can be merged. */
  static SqlReport.Function aggregate(JsonNode call) {
    SqlReport.Function function = aggregate(Ast.function(call)).orElseThrow();
    return function == SqlReport.Function.COUNT && Ast.isDistinct(call)
        ? SqlReport.Function.COUNT_DISTINCT
        : function;
  }

  /** The aggregate of a name, if it is one that can be merged. */
  static Optional<SqlReport.Function> aggregate(String function) {
    return Optional.ofNullable(AGGREGATES.get(function));
  }

  /** Whether a function has another value for the same record when it is asked again. */
  boolean isChanging(String function) {
    if (STEADY.contains(function)) {
      return false;
    }
    list();
    return changing.contains(function);
  }

  /** Whether a name that no column has is a value of this moment. */
  static boolean isMoment(String name) {
    return MOMENTS.contains(name.toLowerCase(Locale.ROOT));
  }
}
