package io.tailrace.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The column {@value Columns#RESCUED} of rows that lose columns, with the values of those: for a
 * table that can have no more columns.
 */
final class RescuedColumn implements ColumnVector {

  private static final JsonFactory JSON = new JsonFactory();

  private final List<Schema.Field> lost;
  private final List<ColumnVector> values;
  private final ColumnVector rescued;

  /** Which of the values are JSON, or null if none is. */
  private final ColumnVector raw;

  private RescuedColumn(
      List<Schema.Field> lost, List<ColumnVector> values, ColumnVector rescued, ColumnVector raw) {
    this.lost = lost;
    this.values = values;
    this.rescued = rescued;
    this.raw = raw;
  }

  /**
   * Rows without some columns, and without {@value Columns#RAW}.
   *
   * @param lost the columns that they lose
   * @param file the columns that they have
   */
  static ColumnarBatch without(List<Schema.Field> lost, Schema file, ColumnarBatch rows) {
    ColumnarBatch changed = rows;
    int rescued = -1;
    int raw = -1;
    for (Schema.Field field : file.getFields()) {
      rescued = LogTable.column(field).equals(Columns.RESCUED) ? field.pos() : rescued;
      raw = Columns.isRaw(field) ? field.pos() : raw;
    }
    if (!lost.isEmpty()) {
      List<ColumnVector> values =
          lost.stream().map(field -> rows.getColumnVector(field.pos())).toList();
      ColumnVector column =
          new RescuedColumn(
              lost,
              values,
              rows.getColumnVector(rescued),
              raw < 0 ? null : rows.getColumnVector(raw));
      StructField field = rows.getSchema().at(rescued);
      changed = changed.withDeletedColumnAt(rescued).withNewColumn(rescued, field, column);
    }
    for (int place = file.getFields().size() - 1; place >= 0; place--) {
      Schema.Field field = file.getFields().get(place);
      if (place == raw || lost.contains(field)) {
        changed = changed.withDeletedColumnAt(place);
      }
    }
    return changed;
  }

  @Override
  public DataType getDataType() {
    return StringType.STRING;
  }

  @Override
  public int getSize() {
    return rescued.getSize();
  }

  @Override
  public void close() {
    // The rows are closed by those who read them.
  }

  @Override
  public boolean isNullAt(int row) {
    return rescued.isNullAt(row) && values.stream().allMatch(value -> value.isNullAt(row));
  }

  @Override
  public String getString(int row) {
    boolean known = !rescued.isNullAt(row);
    if (isNullAt(row)) {
      return null;
    }
    StringWriter text = new StringWriter();
    Set<String> rawPlaces =
        raw == null || raw.isNullAt(row) ? Set.of() : Set.of(raw.getString(row).split(","));
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < values.size(); i++) {
        if (!values.get(i).isNullAt(row)) {
          Schema.Field field = lost.get(i);
          json.writeFieldName(LogTable.column(field));
          String value = value(field, values.get(i), row);
          boolean isText =
              ColumnType.of(field.schema()) == ColumnType.STRING
                  && !rawPlaces.contains(String.valueOf(field.pos()));
          if (isText) {
            json.writeString(value);
          } else {
            json.writeRawValue(value);
          }
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      // It is written to memory.
      throw new UncheckedIOException(e);
    }
    if (!known) {
      return text.toString();
    }
    String before = rescued.getString(row);
    String more = text.toString().substring(1);
    String separator = more.equals("}") ? "" : ",";
    return before.substring(0, before.length() - 1) + separator + more;
  }

  private static String value(Schema.Field field, ColumnVector values, int row) {
    return switch (ColumnType.of(field.schema())) {
      case INT -> String.valueOf(values.getInt(row));
      case LONG -> String.valueOf(values.getLong(row));
      case DOUBLE -> String.valueOf(values.getDouble(row));
      case BOOLEAN -> String.valueOf(values.getBoolean(row));
      case STRING -> values.getString(row);
    };
  }
}
