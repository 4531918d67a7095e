package io.tailrace.feed;

import io.tailrace.format.JsonObjectParser;
import io.tailrace.format.JsonObjectParser.Kind;
import io.tailrace.format.NumberText;
import io.tailrace.ledger.Slice;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which columns records of JSON have and of which types, from the first files that
 * arrive: long, double or boolean if all values, be they texts or not, are printed again as they
 * came, otherwise string.
 */
final class InferColumns {

  /** So many files are looked at, and so many records of them together. */
  static final int FILES = 10;

  static final int RECORDS = 1_000;

  /** One is for what fits into none. */
  private static final int MOST_COLUMNS = Columns.MOST - 1;

  private static final Logger LOG = LoggerFactory.getLogger(InferColumns.class);

  private final JsonObjectParser object = new JsonObjectParser();
  private final NumberText numbers = new NumberText();
  private final Map<String, ColumnType> types = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();
  private int records;

  /** The columns of the records in slices. */
  static Schema of(List<Slice> slices, SliceReader reader) {
    InferColumns columns = new InferColumns();
    for (Slice slice : slices.subList(0, Math.min(FILES, slices.size()))) {
      columns.look(slice, reader);
    }
    Schema schema = Columns.none("inferred");
    for (Map.Entry<String, ColumnType> type : columns.types.entrySet()) {
      schema = Columns.with(schema, columns.names.get(type.getKey()), type.getValue());
    }
    return schema;
  }

  private void look(Slice slice, SliceReader reader) {
    try {
      FirstLook.at(slice, reader, this::see);
    } catch (UnreadableException | IOException e) {
      LOG.warn("{} cannot be read yet: {}", slice.source(), e.getMessage());
    }
  }

  /** Whether enough was seen with a record. */
  private boolean see(byte[] bytes, int from, int to, boolean isWhole) {
    if (object.parse(bytes, from, to).isEmpty()) {
      for (int field = 0; field < object.size(); field++) {
        add(field);
      }
      records++;
    }
    return records >= RECORDS;
  }

  private void add(int field) {
    if (object.kind(field) == Kind.NULL) {
      return;
    }
    String name =
        new String(
            object.bytes(),
            object.nameFrom(field),
            object.nameTo(field) - object.nameFrom(field),
            StandardCharsets.UTF_8);
    String key = Columns.key(name);
    if (types.containsKey(key) || Columns.canBeNamed(name) && types.size() < MOST_COLUMNS) {
      names.putIfAbsent(key, name);
      types.merge(key, type(field), (one, other) -> one == other ? one : ColumnType.STRING);
    }
  }

  private ColumnType type(int field) {
    byte[] bytes = object.bytes();
    int from = object.valueFrom(field);
    int to = object.valueTo(field);
    Kind kind = object.kind(field);
    if (kind == Kind.TRUTH) {
      return ColumnType.BOOLEAN;
    }
    boolean number = kind == Kind.NUMBER || kind == Kind.TEXT;
    if (number && numbers.isInteger(bytes, from, to, Long.MIN_VALUE, Long.MAX_VALUE)) {
      return ColumnType.LONG;
    }
    // A text like 007 or 1.10 is another one as a number.
    return number && numbers.isPrintedDecimal(bytes, from, to)
        ? ColumnType.DOUBLE
        : ColumnType.STRING;
  }
}
