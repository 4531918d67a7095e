package io.tailrace.sql;

import io.tailrace.format.FieldReader.Content;
import io.tailrace.format.NumberText;
import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.ValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.util.Utf8;

/**
 * Reads arrays and objects of JSON as values of the type of a column. It is given JSON that is good
 * and has no white space between its parts. Not safe for several threads.
 */
public final class NestedReader {

  /** So many bytes of a value are in a reason. */
  private static final int MOST_SHOWN = 100;

  private final String column;
  private final Shape shape;
  private final Text text = new Text();
  private byte[] bytes;
  private int at;

  /** Names of fields, places of elements and keys that lead to the value that is read. */
  private final List<Object> path = new ArrayList<>();

  public NestedReader(InputColumn column) {
    this.column = column.name();
    this.shape = Shape.of(column.type());
  }

  /** A type, with what makes values of it. */
  private record Shape(SqlType type, ElementCast cast, List<byte[]> names, List<Shape> inside) {

    static Shape of(SqlType type) {
      return new Shape(
          type,
          type.isNested() ? null : ElementCast.to(type),
          type.fields().stream()
              .map(field -> field.name().getBytes(StandardCharsets.UTF_8))
              .toList(),
          type.fields().stream().map(field -> of(field.type())).toList());
    }

    /** The place of the field of a name, or -1. */
    int place(byte[] bytes, int from, int to) {
      for (int i = 0; i < names.size(); i++) {
        byte[] name = names.get(i);
        if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
          return i;
        }
      }
      return -1;
    }
  }

  /**
   * Reads a value: a List for an ARRAY, an array for a ROW, a Map for a MAP.
   *
   * @throws ValueException with the column, if an element is of another type
   */
  public Object read(Text json) {
    bytes = json.bytes();
    at = json.from();
    path.clear();
    return value(shape);
  }

  private Object value(Shape of) {
    if (bytes[at] == 'n') {
      at += "null".length();
      return null;
    }
    return switch (of.type().kind()) {
      case ARRAY -> array(of);
      case ROW -> row(of);
      case MAP -> map(of);
      default -> scalar(of);
    };
  }

  private List<Object> array(Shape of) {
    require(of, '[');
    List<Object> elements = new ArrayList<>();
    at++;
    while (bytes[at] != ']') {
      path.add(elements.size() + 1);
      elements.add(value(of.inside().get(0)));
      path.remove(path.size() - 1);
      at += bytes[at] == ',' ? 1 : 0;
    }
    at++;
    return elements;
  }

  private Object[] row(Shape of) {
    require(of, '{');
    Object[] fields = new Object[of.names().size()];
    boolean[] found = new boolean[fields.length];
    at++;
    while (bytes[at] != '}') {
      int nameFrom = at;
      at = NestedText.end(bytes, at);
      int place = place(of, nameFrom, at);
      at++;
      if (place < 0) {
        at = NestedText.end(bytes, at);
      } else if (found[place]) {
        throw new ValueException(
            String.format(
                "column '%s': field %s comes twice",
                shownPath(), of.type().fields().get(place).name()));
      } else {
        found[place] = true;
        path.add(of.type().fields().get(place).name());
        fields[place] = value(of.inside().get(place));
        path.remove(path.size() - 1);
      }
      at += bytes[at] == ',' ? 1 : 0;
    }
    at++;
    return fields;
  }

  private Map<Utf8, Object> map(Shape of) {
    require(of, '{');
    Map<Utf8, Object> entries = new LinkedHashMap<>();
    at++;
    while (bytes[at] != '}') {
      int keyFrom = at;
      at = NestedText.end(bytes, at);
      NestedText.set(text, bytes, keyFrom, at);
      Utf8 key = SqlValues.utf8(text);
      at++;
      path.add(key);
      Object value = value(of.inside().get(1));
      path.remove(path.size() - 1);
      if (entries.containsKey(key)) {
        throw new ValueException(
            String.format("column '%s': key %s comes twice", shownPath(), key));
      }
      entries.put(key, value);
      at += bytes[at] == ',' ? 1 : 0;
    }
    at++;
    return entries;
  }

  private int place(Shape of, int from, int to) {
    NestedText.set(text, bytes, from, to);
    return of.place(text.bytes(), text.from(), text.to());
  }

  private Object scalar(Shape of) {
    int from = at;
    byte first = bytes[from];
    at = NestedText.end(bytes, from);
    Content content;
    if (first == '"') {
      content = Content.TEXT;
      NestedText.set(text, bytes, from, at);
    } else {
      if (first == '{' || first == '[') {
        content = Content.NESTED;
      } else if (first == 't' || first == 'f') {
        content = Content.TRUTH;
      } else {
        content = NumberText.isReal(bytes, from, at) ? Content.REAL : Content.INTEGER;
      }
      text.set(bytes, from, at);
    }
    try {
      return of.cast().of(content, text);
    } catch (ValueException e) {
      throw misfit(
          of,
          new String(text.bytes(), text.from(), text.to() - text.from(), StandardCharsets.UTF_8));
    }
  }

  private void require(Shape of, char first) {
    if (bytes[at] != first) {
      int from = bytes[at] == '"' ? at + 1 : at;
      int to = NestedText.end(bytes, at) - (from - at);
      throw misfit(of, new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }
  }

  private ValueException misfit(Shape of, String value) {
    String shown = value.length() <= MOST_SHOWN ? value : value.substring(0, MOST_SHOWN) + "…";
    String type = of.type().kind() == SqlType.Kind.ROW ? "ROW" : of.type().toString();
    return new ValueException(
        String.format(
            "column '%s': '%s' is not %s %s",
            shownPath(), shown, type.startsWith("I") ? "an" : "a", type));
  }

  private String shownPath() {
    StringBuilder shown = new StringBuilder(column);
    for (Object step : path) {
      if (step instanceof String field) {
        shown.append('.').append(field);
      } else if (step instanceof Utf8 key) {
        shown.append("['").append(key).append("']");
      } else {
        shown.append('[').append(step).append(']');
      }
    }
    return shown.toString();
  }
}
