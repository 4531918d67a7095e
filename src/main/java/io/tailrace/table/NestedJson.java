package io.tailrace.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The JSON of lists, structures and maps in CSV. Integers, finite numbers and truth values are what
 * they are in JSON; all others are the texts that they are in CSV.
 */
final class NestedJson implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String schemaJson;
  private transient Schema schema;

  private NestedJson(String schemaJson) {
    this.schemaJson = schemaJson;
  }

  static NestedJson of(Schema schema) {
    return new NestedJson(schema.toString());
  }

  /** The text of a value. */
  String text(Object value) {
    if (schema == null) {
      schema = new Schema.Parser().parse(schemaJson);
    }
    return json(schema, value).toString();
  }

  private static JsonNode json(Schema nullable, Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    Schema type = LogTable.withoutNull(nullable);
    return switch (type.getType()) {
      case ARRAY -> {
        ArrayNode array = JSON.arrayNode();
        ((List<?>) value).forEach(element -> array.add(json(type.getElementType(), element)));
        yield array;
      }
      case MAP -> {
        ObjectNode object = JSON.objectNode();
        ((Map<?, ?>) value)
            .forEach((key, inner) -> object.set(key.toString(), json(type.getValueType(), inner)));
        yield object;
      }
      case RECORD -> {
        ObjectNode object = JSON.objectNode();
        for (Schema.Field field : type.getFields()) {
          object.set(LogTable.column(field), json(field.schema(), ((Object[]) value)[field.pos()]));
        }
        yield object;
      }
      default -> scalar(type, value);
    };
  }

  private static JsonNode scalar(Schema type, Object value) {
    if (value instanceof Boolean truth) {
      return JSON.booleanNode(truth);
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return JSON.numberNode(number);
    }
    if (type.getLogicalType() == null && value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    if (type.getLogicalType() == null && value instanceof Long number) {
      return JSON.numberNode(number);
    }
    return JSON.textNode(CsvFormat.text(type, value));
  }
}
