package io.tailrace.sql;

import io.tailrace.sql.Expression.Branch;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.ColumnValue;
import io.tailrace.sql.Expression.Conditional;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.Expression.Interval;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Expressions as SQL that people read. */
final class ExpressionText {

  private static final Map<String, String> OPERATORS =
      Map.of(
          "and", "AND",
          "or", "OR",
          "~~", "LIKE",
          "!~~", "NOT LIKE",
          "is_distinct_from", "IS DISTINCT FROM",
          "is_not_distinct_from", "IS NOT DISTINCT FROM");

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final List<String> columns;

  private ExpressionText(List<String> columns) {
    this.columns = columns;
  }

  /**
   * The text of an expression.
   *
   * @param columns what the columns of its row are called
   */
  static String of(Expression expression, List<String> columns) {
    String text = new ExpressionText(columns).text(expression);
    return isWrapped(text) ? text.substring(1, text.length() - 1) : text;
  }

  /** Whether a text is in one pair of parentheses. */
  private static boolean isWrapped(String text) {
    if (!text.startsWith("(")) {
      return false;
    }
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '\'';
      if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth == 0) {
          return i == text.length() - 1;
        }
      }
    }
    return false;
  }

  private String text(Expression expression) {
    if (expression instanceof ColumnValue column) {
      return columns.get(column.column());
    }
    if (expression instanceof Constant constant) {
      return constant(constant);
    }
    if (expression instanceof Cast cast) {
      return (cast.orNull() ? "TRY_CAST(" : "CAST(")
          + text(cast.value())
          + " AS "
          + cast.type()
          + ")";
    }
    if (expression instanceof Conditional conditional) {
      return conditional(conditional);
    }
    return call((Call) expression);
  }

  private String conditional(Conditional conditional) {
    StringBuilder text = new StringBuilder("CASE");
    for (Branch branch : conditional.branches()) {
      text.append(" WHEN ").append(text(branch.condition()));
      text.append(" THEN ").append(text(branch.result()));
    }
    return text.append(" ELSE ").append(text(conditional.otherwise())).append(" END").toString();
  }

  private String call(Call call) {
    List<String> arguments = call.arguments().stream().map(this::text).toList();
    String function = call.function();
    String first = arguments.isEmpty() ? "" : arguments.get(0);
    switch (function) {
      case "not":
        return "(NOT " + first + ")";
      case "is_null":
        return "(" + first + " IS NULL)";
      case "is_not_null":
        return "(" + first + " IS NOT NULL)";
      case "in":
        return "("
            + first
            + arguments.stream().skip(1).collect(Collectors.joining(", ", " IN (", ")"))
            + ")";
      case "array_extract", "list_extract", "map_extract_value":
        return first + "[" + arguments.get(1) + "]";
      default:
        break;
    }
    boolean isWord = function.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
    if (OPERATORS.containsKey(function) || (!isWord && arguments.size() > 1)) {
      return "("
          + String.join(" " + OPERATORS.getOrDefault(function, function) + " ", arguments)
          + ")";
    }
    return function + "(" + String.join(", ", arguments) + ")";
  }

  private static String constant(Constant constant) {
    Object value = constant.value();
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Interval interval) {
      return interval(interval);
    }
    return switch (constant.type().kind()) {
      case VARCHAR -> "'" + value.toString().replace("'", "''").replace("\n", "\\n") + "'";
      case DATE -> "DATE '" + LocalDate.ofEpochDay(((Number) value).longValue()) + "'";
      case TIMESTAMP ->
          "TIMESTAMP '"
              + TIMESTAMP.format(
                  Instant.EPOCH.plus(((Number) value).longValue(), ChronoUnit.MICROS))
              + "'";
      default -> value.toString();
    };
  }

  private static String interval(Interval interval) {
    StringBuilder text = new StringBuilder();
    if (interval.months() != 0) {
      text.append(interval.months()).append(" months ");
    }
    if (interval.days() != 0) {
      text.append(interval.days()).append(" days ");
    }
    if (interval.micros() != 0 || text.isEmpty()) {
      boolean whole = interval.micros() % 1_000_000 == 0;
      text.append(whole ? interval.micros() / 1_000_000 : interval.micros());
      text.append(whole ? " seconds" : " microseconds");
    }
    return "INTERVAL '" + text.toString().strip() + "'";
  }
}
