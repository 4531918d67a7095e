package io.tailrace.delta;

import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.tailrace.table.Columns;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The columns of rows as those of a Delta table. */
final class DeltaColumns {

  private DeltaColumns() {}

  /** The columns that a table of a log begins with. */
  static StructType of(LogTable log) {
    boolean mapped = log.mapsColumns();
    StructType columns = new StructType();
    for (Schema.Field field : log.schema().getFields()) {
      columns =
          columns.add(column(field, mapped ? columns.length() + 1 : 0, log.columnInFiles(field)));
    }
    return columns;
  }

  /**
   * The columns of a table and those of files that it does not have yet, at their end, as long as
   * there are not too many.
   *
   * @param lastId the greatest identifier that a column of the table has ever had
   * @throws IllegalArgumentException if a column has another type in the table
   */
  static StructType with(StructType table, List<Schema> files, long lastId) {
    Map<String, DataType> types = new HashMap<>();
    for (StructField field : table.fields()) {
      types.put(Columns.key(field.getName()), field.getDataType());
    }
    Set<String> taken =
        table.fields().stream().map(ColumnMapping::getPhysicalName).collect(Collectors.toSet());
    List<StructField> columns = new ArrayList<>(table.fields());
    for (Schema file : files) {
      for (Schema.Field field : file.getFields()) {
        DataType type = type(field.schema());
        String name = Columns.key(LogTable.column(field));
        DataType known = types.get(name);
        if (known == null && (columns.size() >= Columns.MOST || Columns.isRaw(field))) {
          continue;
        }
        if (known == null) {
          types.put(name, type);
          // A column that was renamed is still called so in files.
          String physical = taken.add(name) ? name : name + "-" + UUID.randomUUID();
          columns.add(column(field, lastId + 1 + columns.size() - table.length(), physical));
        } else if (!known.equals(type)) {
          throw new IllegalArgumentException(
              String.format(
                  "column %s of the table is %s, and of a file %s",
                  LogTable.column(field), known, type));
        }
      }
    }
    return new StructType(columns);
  }

  /** The columns of a file that a table does not have. */
  static List<Schema.Field> missing(Schema file, StructType table) {
    Set<String> names =
        table.fields().stream()
            .map(field -> Columns.key(field.getName()))
            .collect(Collectors.toSet());
    return file.getFields().stream()
        .filter(field -> !Columns.isRaw(field))
        .filter(field -> !names.contains(Columns.key(LogTable.column(field))))
        .toList();
  }

  /** The columns of a file under the names that they have in it. */
  static StructType inFile(DataFile file, Schema schema) {
    List<StructField> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      String name = LogTable.column(field);
      columns.add(
          new StructField(file.growing() ? Columns.key(name) : name, type(field.schema()), true));
    }
    return new StructType(columns);
  }

  /** Those of them that a table has, under the names that they have in its files. */
  static StructType inTable(Schema file, StructType table) {
    Map<String, StructField> byName = new HashMap<>();
    table.fields().forEach(field -> byName.put(Columns.key(field.getName()), field));
    List<StructField> columns = new ArrayList<>();
    for (Schema.Field field : file.getFields()) {
      StructField column = byName.get(Columns.key(LogTable.column(field)));
      if (column != null && !Columns.isRaw(field)) {
        columns.add(
            new StructField(ColumnMapping.getPhysicalName(column), type(field.schema()), true));
      }
    }
    return new StructType(columns);
  }

  /** A column that can be null; with an identifier if columns are to come after it. */
  private static StructField column(Schema.Field field, long id, String physical) {
    String name = LogTable.column(field);
    FieldMetadata metadata =
        id == 0
            ? FieldMetadata.empty()
            : FieldMetadata.builder()
                .putLong(ColumnMapping.COLUMN_MAPPING_ID_KEY, id)
                .putString(ColumnMapping.COLUMN_MAPPING_PHYSICAL_NAME_KEY, physical)
                .build();
    return new StructField(name, type(field.schema()), true, metadata);
  }

  private static DataType type(Schema schema) {
    Schema type = LogTable.withoutNull(schema);
    return switch (type.getType()) {
      case STRING -> StringType.STRING;
      case INT -> type.getLogicalType() == null ? IntegerType.INTEGER : DateType.DATE;
      case LONG -> type.getLogicalType() == null ? LongType.LONG : TimestampType.TIMESTAMP;
      case DOUBLE -> DoubleType.DOUBLE;
      case BOOLEAN -> BooleanType.BOOLEAN;
      case BYTES -> {
        LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) type.getLogicalType();
        yield new DecimalType(decimal.getPrecision(), decimal.getScale());
      }
      case ARRAY -> new ArrayType(type(type.getElementType()), true);
      case MAP -> new MapType(StringType.STRING, type(type.getValueType()), true);
      case RECORD -> {
        StructType fields = new StructType();
        for (Schema.Field field : type.getFields()) {
          fields = fields.add(LogTable.column(field), type(field.schema()), true);
        }
        yield fields;
      }
      default -> throw new IllegalArgumentException("No type of Delta for " + schema);
    };
  }

  /** The columns as they are in files, which statistics are about. */
  static StructType physical(StructType columns) {
    List<StructField> fields = new ArrayList<>();
    for (StructField field : columns.fields()) {
      fields.add(
          new StructField(
              ColumnMapping.getPhysicalName(field), field.getDataType(), field.isNullable()));
    }
    return new StructType(fields);
  }
}
