package io.tailrace.table;

import io.tailrace.options.TableFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

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

  /** A log of columns that have types of SQL, in Parquet, whose rows stay in their order. */
  public static LogTable of(String name, List<TypedColumn> columns) {
    List<Schema.Field> fields = new ArrayList<>();
    for (TypedColumn column : columns) {
      fields.add(column.toField(fields.size()));
    }
    return of(name, Schema.createRecord("Row", null, "io.tailrace", false, fields));
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

  /**
   * Whether a Delta table of it keeps the names of its columns apart from those in files: they can
   * change then, and have characters that Delta allows nowhere else.
   */
  public boolean mapsColumns() {
    return growing || schema().getFields().stream().anyMatch(LogTable::isOddInDelta);
  }

  private static boolean isOddInDelta(Schema.Field field) {
    return column(field).chars().anyMatch(c -> " ,;{}()\n\t=".indexOf(c) >= 0);
  }

  /**
   * Whether a Delta table can have it: a name that it must keep apart is not beside nested ones.
   */
  public boolean isPossibleInDelta() {
    List<Schema.Field> fields = schema().getFields();
    boolean isFlat = fields.stream().noneMatch(field -> isNested(withoutNull(field.schema())));
    return isFlat || !mapsColumns() && fields.stream().noneMatch(LogTable::isOddInside);
  }

  private static boolean isOddInside(Schema.Field field) {
    Schema type = withoutNull(field.schema());
    while (type.getType() == Schema.Type.ARRAY || type.getType() == Schema.Type.MAP) {
      type =
          withoutNull(
              type.getType() == Schema.Type.ARRAY ? type.getElementType() : type.getValueType());
    }
    return type.getType() == Schema.Type.RECORD
        && type.getFields().stream().anyMatch(inner -> isOddInDelta(inner) || isOddInside(inner));
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
  public String columnInFiles(Schema.Field field) {
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

  /** Whether values of a type have others in them. */
  public static boolean isNested(Schema type) {
    return switch (type.getType()) {
      case ARRAY, RECORD, MAP -> true;
      default -> false;
    };
  }

  /** What the names of its files end with. */
  public String suffix() {
    return format.suffix();
  }

  /** Its columns. */
  public Schema schema() {
    return new Schema.Parser().parse(schemaJson);
  }

  /** The field of a column. */
  static Schema.Field field(Schema schema, String column) {
    return schema.getFields().stream()
        .filter(field -> column(field).equals(column))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no column " + column));
  }
}
