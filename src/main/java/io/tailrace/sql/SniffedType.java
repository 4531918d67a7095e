package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.format.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the types that DuckDB finds in files. What has no type of ours, or one that would change
 * it, is a text.
 */
final class SniffedType {

  private static final Set<String> UNKNOWN = Set.of("JSON", "NULL", "MAP");

  private final TokenReader tokens;

  private SniffedType(String type) {
    this.tokens = new TokenReader(new SqlText("a type", type));
  }

  /**
   * The type of a name in DuckDB.
   *
   * @param structure what the values are, as DuckDB's {@code json_structure} has it: a field that
   *     is not in it has another name in the records, and is left out
   */
  static DeclaredType of(String type, JsonNode structure) {
    return new SniffedType(type).type(structure);
  }

  private DeclaredType type(JsonNode structure) {
    String word = tokens.take().value().toUpperCase(Locale.ROOT);
    DeclaredType type =
        switch (word) {
          case "BOOLEAN" -> new DeclaredType.Scalar(SqlType.BOOLEAN);
          case "BIGINT" -> new DeclaredType.Scalar(SqlType.BIGINT);
          case "DOUBLE" -> new DeclaredType.Scalar(SqlType.DOUBLE);
          case "DATE" -> new DeclaredType.Scalar(SqlType.DATE);
          case "TIMESTAMP" -> {
            tokens.takeIf("WITH", "TIME", "ZONE");
            yield new DeclaredType.Scalar(SqlType.TIMESTAMP);
          }
          case "TIME" -> {
            tokens.takeIf("WITH", "TIME", "ZONE");
            yield DeclaredType.TEXT;
          }
          case "STRUCT" -> row(elements(structure));
          default -> {
            if (tokens.peek().is("(")) {
              tokens.parenthesised();
            }
            yield DeclaredType.TEXT;
          }
        };
    while (tokens.takeIf("[", "]")) {
      // Nothing is known of the elements of arrays that are empty, or of any sort.
      type = UNKNOWN.contains(word) ? DeclaredType.TEXT : new DeclaredType.Array(type);
    }
    return type;
  }

  /** What is in arrays, or itself. */
  private static JsonNode elements(JsonNode structure) {
    JsonNode inside = structure;
    while (inside.isArray()) {
      inside = inside.path(0);
    }
    return inside;
  }

  private DeclaredType row(JsonNode structure) {
    tokens.expect("(");
    List<Declaration.Column> fields = new ArrayList<>();
    do {
      Token name = tokens.expectName("a name");
      JsonNode inside = structure.path(name.value());
      DeclaredType type = type(inside);
      column(name.value(), type, inside).ifPresent(fields::add);
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return fields.isEmpty() ? DeclaredType.TEXT : new DeclaredType.Row(fields);
  }

  /** The column of a name and type, unless the records have no such name. */
  static Optional<Declaration.Column> column(String name, DeclaredType type, JsonNode structure) {
    return structure.isMissingNode() || name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Declaration.Column(new Token(Token.Kind.QUOTED, name, 0, 0), type, false));
  }
}
