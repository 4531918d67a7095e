package io.tailrace.table;

import io.tailrace.options.TableFormat;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * What a log is: a table that only grows, of which every unit adds at most one file.
 *
 * @param name its folder under the output and its name in SQL
 * @param schemaJson its columns, as the JSON of an Avro record schema
 * @param sortColumns the columns by which rows are sorted inside each file; none keeps their order
 * @param format the format of its files
 * @param growing whether its rows may have columns more than those, at the end
 */
public record LogTable(
    String name, String schemaJson, List<String> sortColumns, TableFormat format, boolean growing)
    implements Serializable {

  public LogTable {
    sortColumns = List.copyOf(sortColumns);
  }

  /** A log of these columns, in Parquet, whose rows stay in the order in which they come. */
  public static LogTable of(String name, Schema schema) {
    return new LogTable(name, schema.toString(), List.of(), TableFormat.parquet, false);
  }

  /** This log, with rows sorted inside each file, by the first of these columns first. */
  public LogTable sortedBy(String... columns) {
    return new LogTable(name, schemaJson, List.of(columns), format, growing);
  }

  /** This log, with files of a format. */
  public LogTable in(TableFormat other) {
    return new LogTable(name, schemaJson, sortColumns, other, growing);
  }

  /** This log in the format of a run, or, where that is Delta, as Parquet: for what is small. */
  public LogTable inFiles(TableFormat other) {
    return in(other.withoutVersions());
  }

  /** This log, whose rows may have more columns than it has now. */
  public LogTable thatGrows() {
    return new LogTable(name, schemaJson, sortColumns, format, true);
  }

  /** This log with other columns. */
  LogTable with(Schema schema) {
    return new LogTable(name, schema.toString(), sortColumns, format, growing);
  }

  /** The name of a field's column where that is no name in Avro, as {@code User-Agent} is not. */
  public static final String COLUMN = "column";

  /** A field of this property has values of whose order nobody asks, like long texts. */
  public static final String UNORDERED = "unordered";

  /** The name of a field's column. */
  public static String column(Schema.Field field) {
    String column = field.getProp(COLUMN);
    return column == null ? field.name() : column;
  }

  /** The name of a field's column in its files: of a table that grows, the same in any case. */
  String columnInFiles(Schema.Field field) {
    return growing ? Columns.key(column(field)) : column(field);
  }

  /** The type of values that are not null. */
  public static Schema withoutNull(Schema schema) {
    return schema.getType() != Schema.Type.UNION
        ? schema
        : schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow();
  }

  /** What the names of its files end with. */
  public String suffix() {
    return format.suffix();
  }

  /** Its columns. */
  public Schema schema() {
    return new Schema.Parser().parse(schemaJson);
  }

  /** The order of rows inside a file, where every two are equal if the log is not sorted. */
  Comparator<GenericRecord> order() {
    Schema schema = schema();
    Comparator<GenericRecord> order = (a, b) -> 0;
    for (String column : sortColumns) {
      Schema.Field field = schema.getField(column);
      order =
          order.thenComparing(
              (a, b) ->
                  GenericData.get()
                      .compare(a.get(field.pos()), b.get(field.pos()), field.schema()));
    }
    return order;
  }
}
