package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The nodes of DuckDB's syntax tree, as its JSON has them. */
final class Ast {

  private static final String LOCATION = "query_location";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final BigInteger NO_LOCATION = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private Ast() {}

  /** The class of an expression: COLUMN_REF, FUNCTION; empty if it is none. */
  static String kind(JsonNode node) {
    return node.path("class").asText();
  }

  static boolean isColumn(JsonNode node) {
    return kind(node).equals("COLUMN_REF");
  }

  static boolean isFunction(JsonNode node) {
    return kind(node).equals("FUNCTION");
  }

  static boolean isLiteral(JsonNode node) {
    return kind(node).equals("CONSTANT");
  }

  /** Whether a field has a node: DuckDB writes null, or leaves it out. */
  static boolean has(JsonNode node, String field) {
    return !node.path(field).isMissingNode() && !node.path(field).isNull();
  }

  /** Whether a call of an aggregate has DISTINCT. */
  static boolean isDistinct(JsonNode call) {
    return call.path("distinct").asBoolean();
  }

  /** The names of a column reference, from the outside to the inside. */
  static List<String> names(JsonNode column) {
    List<String> names = new ArrayList<>();
    column.path("column_names").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** The name of a function in lower case. */
  static String function(JsonNode node) {
    return node.path("function_name").asText().toLowerCase(Locale.ROOT);
  }

  /** The arguments of a function. */
  static List<JsonNode> arguments(JsonNode node) {
    List<JsonNode> arguments = new ArrayList<>();
    node.path("arguments").forEach(argument -> arguments.add(argument.path("expression")));
    return arguments;
  }

  /** Whether a node or one inside it is of a class. */
  static boolean contains(JsonNode node, String kind) {
    if (kind(node).equals(kind)) {
      return true;
    }
    for (JsonNode child : node) {
      if (contains(child, kind)) {
        return true;
      }
    }
    return false;
  }

  /** The text of a number as it is written, or nothing for what is no number. */
  static Optional<String> number(JsonNode node) {
    JsonNode literal = node.path("literal");
    return switch (literal.path("kind").asText()) {
      case "INTEGER", "NUMERIC" -> Optional.of(literal.path("text").asText());
      default -> Optional.empty();
    };
  }

  /** The place of the first node that is so, in bytes, or -1. */
  static long find(JsonNode node, Predicate<JsonNode> condition) {
    if (!kind(node).isEmpty() && condition.test(node)) {
      return ownLocation(node);
    }
    for (JsonNode child : node) {
      long inside = find(child, condition);
      if (inside >= 0) {
        return inside;
      }
    }
    return -1;
  }

  /** A call of a function by another name. */
  static JsonNode renamed(JsonNode call, String function) {
    ObjectNode copy = call.deepCopy();
    copy.put("function_name", function);
    ((ObjectNode) copy.path("qualified_name")).putArray("path").add(function);
    return copy;
  }

  /** A reference to a column. */
  static ObjectNode column(List<String> names) {
    ObjectNode node = JSON.objectNode();
    node.put("class", "COLUMN_REF").put("type", "COLUMN_REF").put("alias", "");
    node.put(LOCATION, NO_LOCATION);
    ArrayNode array = node.putArray("column_names");
    names.forEach(array::add);
    return node;
  }

  /** A reference at the place where another node is. */
  static JsonNode at(JsonNode place, ObjectNode column) {
    if (place.path(LOCATION).isNumber()) {
      column.set(LOCATION, place.get(LOCATION));
    }
    return column;
  }

  /** The place that DuckDB gives a node, such as that of an operator, in bytes, or -1. */
  static long ownLocation(JsonNode node) {
    JsonNode own = node.path(LOCATION);
    return own.isNumber() && own.bigIntegerValue().bitLength() < Long.SIZE ? own.longValue() : -1;
  }

  /** The first place of a node or of one inside it, in bytes, or -1. */
  static long location(JsonNode node) {
    long first = ownLocation(node);
    for (JsonNode child : node) {
      long inside = location(child);
      if (inside >= 0 && (first < 0 || inside < first)) {
        first = inside;
      }
    }
    return first;
  }

  /** One text for trees that mean the same: without places and the names that columns get. */
  static String canonical(JsonNode node) {
    return stripped(node).toString();
  }

  private static JsonNode stripped(JsonNode node) {
    if (node.isArray()) {
      ArrayNode copy = JSON.arrayNode();
      node.forEach(child -> copy.add(stripped(child)));
      return copy;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode copy = JSON.objectNode();
    node.properties()
        .forEach(
            field -> {
              switch (field.getKey()) {
                case LOCATION, LOCATION + "_length", "alias", "qualified_name" -> {}
                case "function_name" -> copy.put("function_name", function(node));
                default -> copy.set(field.getKey(), stripped(field.getValue()));
              }
            });
    return copy;
  }

  /** A copy without the name that the column gets. */
  static JsonNode withoutAlias(JsonNode node) {
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object && object.has("alias")) {
      object.put("alias", "");
    }
    return copy;
  }

  /**
   * A copy in which nodes are replaced.
   *
   * @param replacement what is there instead of a node, or null if the node stays and those inside
   *     it are looked at
   */
  static JsonNode replace(JsonNode node, Function<JsonNode, JsonNode> replacement) {
    JsonNode other = node.isObject() ? replacement.apply(node) : null;
    if (other != null) {
      return other;
    }
    if (node.isArray()) {
      ArrayNode copy = JSON.arrayNode();
      node.forEach(child -> copy.add(replace(child, replacement)));
      return copy;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode copy = JSON.objectNode();
    node.properties()
        .forEach(field -> copy.set(field.getKey(), replace(field.getValue(), replacement)));
    return copy;
  }
}
