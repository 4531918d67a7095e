package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.function.ValueException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The steps in which a record is evaluated, so that a reason can say where there was no value: one
 * for each column, then those that have names.
 *
 * @param columns what a record has
 * @param fields for each column its place among those that a {@link FieldReader} reads, or -1
 * @param names what the steps behind those of the columns are about
 */
record RecordSteps(List<InputColumn> columns, List<Integer> fields, List<String> names)
    implements Serializable {

  /** The step in which a reason is a sentence by itself. */
  static final int NONE = -1;

  /** So many bytes of a value are in a reason. */
  private static final int MOST_SHOWN = 100;

  /** Why a record has no value in a step. */
  String reason(int step, FieldReader reader, ValueException problem) {
    if (step == NONE) {
      return problem.getMessage();
    }
    if (step >= columns.size()) {
      return names.get(step - columns.size()) + ": " + problem.getMessage();
    }
    InputColumn column = columns.get(step);
    String type = column.type().kind() == SqlType.Kind.ROW ? "ROW" : column.type().toString();
    int field = fields.get(step);
    return String.format(
        "column '%s': '%s' is not %s %s",
        column.name(),
        shown(reader.bytes(field), reader.from(field), reader.to(field)),
        type.startsWith("I") ? "an" : "a",
        type);
  }

  private static String shown(byte[] bytes, int from, int to) {
    if (to - from <= MOST_SHOWN) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    int end = from + MOST_SHOWN;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8) + "…";
  }
}
