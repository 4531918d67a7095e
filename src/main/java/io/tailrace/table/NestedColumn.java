package io.tailrace.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A column of lists, structures or maps in a row group of a Parquet file, all of which may be null,
 * as may be what is in them. Its values are Lists, arrays of objects and Maps (<a
 * href="https://parquet.apache.org/docs/file-format/nestedencoding/">levels of nested values</a>).
 */
final class NestedColumn {

  private final Part column;

  private NestedColumn(Part column) {
    this.column = column;
  }

  /**
   * The column at a place.
   *
   * @param store has the columns of its leaves
   */
  static NestedColumn of(MessageType type, int place, ColumnWriteStore store) {
    Type column = type.getType(place);
    return new NestedColumn(part(type, new String[] {column.getName()}, column, 0, store));
  }

  private static Part part(
      MessageType root, String[] path, Type type, int repeated, ColumnWriteStore store) {
    if (type.isPrimitive()) {
      return new Leaf(type, store.getColumnWriter(root.getColumnDescription(path)));
    }
    if (type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation) {
      Type repetition = type.asGroupType().getType(0);
      Type element = repetition.asGroupType().getType(0);
      String[] inside = with(with(path, repetition.getName()), element.getName());
      return new Elements(part(root, inside, element, repeated + 1, store), repeated + 1);
    }
    if (type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation) {
      Type repetition = type.asGroupType().getType(0);
      String[] entry = with(path, repetition.getName());
      Type key = repetition.asGroupType().getType(0);
      Type value = repetition.asGroupType().getType(1);
      return new Entries(
          part(root, with(entry, key.getName()), key, repeated + 1, store),
          part(root, with(entry, value.getName()), value, repeated + 1, store),
          repeated + 1);
    }
    List<Part> fields = new ArrayList<>();
    for (Type field : type.asGroupType().getFields()) {
      fields.add(part(root, with(path, field.getName()), field, repeated, store));
    }
    return new Fields(fields);
  }

  private static String[] with(String[] path, String name) {
    String[] longer = Arrays.copyOf(path, path.length + 1);
    longer[path.length] = name;
    return longer;
  }

  /** Adds the value of the next row, or null. */
  void add(Object value) {
    column.add(value, 0, 0);
  }

  /** A value, and those in it. */
  private sealed interface Part {

    /**
     * Adds a value, or null.
     *
     * @param repeated the level of repetition: that of the list of which it is a further element
     * @param defined how many of what is around it are not null
     */
    void add(Object value, int repeated, int defined);
  }

  private record Leaf(Type type, ColumnWriter column) implements Part {
    @Override
    public void add(Object value, int repeated, int defined) {
      if (value == null) {
        column.writeNull(repeated, defined);
      } else {
        int ownLevel = type.isRepetition(Type.Repetition.OPTIONAL) ? 1 : 0;
        RowGroup.write(column, type, value, repeated, defined + ownLevel);
      }
    }
  }

  private record Elements(Part element, int level) implements Part {
    @Override
    public void add(Object value, int repeated, int defined) {
      if (value == null) {
        element.add(null, repeated, defined);
        return;
      }
      List<?> elements = (List<?>) value;
      if (elements.isEmpty()) {
        element.add(null, repeated, defined + 1);
      }
      for (int i = 0; i < elements.size(); i++) {
        element.add(elements.get(i), i == 0 ? repeated : level, defined + 2);
      }
    }
  }

  private record Entries(Part key, Part value, int level) implements Part {
    @Override
    public void add(Object map, int repeated, int defined) {
      Map<?, ?> entries = (Map<?, ?>) map;
      if (map == null || entries.isEmpty()) {
        int empty = map == null ? defined : defined + 1;
        key.add(null, repeated, empty);
        value.add(null, repeated, empty);
        return;
      }
      int at = repeated;
      for (Map.Entry<?, ?> entry : entries.entrySet()) {
        key.add(entry.getKey(), at, defined + 2);
        value.add(entry.getValue(), at, defined + 2);
        at = level;
      }
    }
  }

  private record Fields(List<Part> fields) implements Part {
    @Override
    public void add(Object value, int repeated, int defined) {
      for (int i = 0; i < fields.size(); i++) {
        fields
            .get(i)
            .add(
                value == null ? null : ((Object[]) value)[i],
                repeated,
                defined + (value == null ? 0 : 1));
      }
    }
  }
}
