package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.Expression.Branch;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.Conditional;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.SqlText.Part;
import io.tailrace.sql.function.Functions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Refuses functions and casts that DuckDB has and we have not, at the place where they are. */
final class SupportedFunctions {

  /** What is no function, because it decides by its arguments which of them are evaluated. */
  private static final Set<String> STRUCTURES =
      Set.of(
          "and",
          "or",
          "not",
          "coalesce",
          "nullif",
          "is_null",
          "is_not_null",
          "is_distinct_from",
          "is_not_distinct_from");

  /** What compares its arguments, which ARRAYs, ROWs and MAPs are not. */
  private static final Set<String> COMPARING =
      Set.of("nullif", "is_distinct_from", "is_not_distinct_from");

  private final Part part;
  private final long location;
  private final JsonNode written;

  /**
   * @param written what the expressions are bound from
   * @param location where it is in the part, in bytes
   */
  SupportedFunctions(Part part, long location, JsonNode written) {
    this.part = part;
    this.location = location;
    this.written = written;
  }

  void check(Expression expression) {
    if (expression instanceof Cast cast) {
      check(cast.value());
      if (Functions.of(cast).isEmpty()) {
        throw part.error(
            location,
            "a cast from " + cast.value().type() + " to " + cast.type() + " is not supported");
      }
    } else if (expression instanceof Conditional conditional) {
      for (Branch branch : conditional.branches()) {
        check(branch.condition());
        check(branch.result());
      }
      check(conditional.otherwise());
    } else if (expression instanceof Call call) {
      call.arguments().forEach(this::check);
      check(call);
    }
  }

  private void check(Call call) {
    if (call.function().equals("in")) {
      Expression value = call.arguments().get(0);
      call.arguments().stream()
          .skip(1)
          .forEach(item -> check(new Call("=", List.of(value, item), SqlType.BOOLEAN)));
    } else if (COMPARING.contains(call.function()) && call.arguments().get(0).type().isNested()
        || !STRUCTURES.contains(call.function()) && !isPart(call) && Functions.of(call).isEmpty()) {
      String types =
          call.arguments().stream()
              .map(argument -> argument.type().toString())
              .collect(Collectors.joining(", "));
      throw part.error(
          place(call.function()), call.function() + "(" + types + ") is not supported");
    }
  }

  /** Whether it is an element of an ARRAY, a field of a ROW, or the value of a key of a MAP. */
  private static boolean isPart(Call call) {
    SqlType.Kind of = call.arguments().get(0).type().kind();
    return switch (call.function()) {
      case "array_extract", "list_extract" -> of == SqlType.Kind.ARRAY;
      case "map_extract_value" -> of == SqlType.Kind.MAP;
      case "struct_extract" ->
          of == SqlType.Kind.ROW
              && call.arguments().get(1) instanceof Constant name
              && name.value() instanceof String;
      default -> false;
    };
  }

  /** Where a function is, or the expression that has it if DuckDB gave it another name. */
  private long place(String function) {
    long place = Ast.find(written, node -> Ast.function(node).equals(function));
    return place >= 0 ? place : location;
  }
}
