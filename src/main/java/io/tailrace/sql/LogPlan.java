package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.table.LogTable;
import io.tailrace.table.TypedColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * What a record adds to a log.
 *
 * @param name the log
 * @param filter which records it has
 * @param values the values of a row; of a log that grows those behind the columns of the input
 * @param starred how many columns of a log that grows are those of the input, otherwise 0
 * @param schemaJson the columns of a row, as the JSON of an Avro schema
 */
record LogPlan(
    String name, Expression filter, List<Expression> values, int starred, String schemaJson)
    implements Serializable {

  private static final String NAMESPACE = "io.tailrace";
  private static final int MAX_DIGITS = 38;

  LogPlan {
    values = List.copyOf(values);
  }

  /** All that is evaluated. */
  Stream<Expression> expressions() {
    return Stream.concat(Stream.of(filter), values.stream());
  }

  /** What records add to a log of SQL. */
  static LogPlan of(SqlLog log) {
    return new LogPlan(
        log.name(),
        log.filter().orElse(ReportPlan.ALL),
        log.columns().stream().skip(log.starred()).map(NamedExpression::value).toList(),
        log.starred(),
        schema(log).toString());
  }

  /** The table of a log of SQL. All its columns can be NULL. */
  static LogTable table(SqlLog log) {
    if (log.grows()) {
      return growing(log);
    }
    return LogTable.of(log.name(), schema(log)).sortedBy(log.order().toArray(String[]::new));
  }

  private static LogTable growing(SqlLog log) {
    return LogTable.of(
            log.name(),
            log.columns().stream()
                .map(column -> new TypedColumn(column.name(), column.value().type()))
                .toList())
        .thatGrows();
  }

  private static Schema schema(SqlLog log) {
    String name = isName(log.name()) ? log.name() : "log";
    return record(
        name,
        log.columns().stream()
            .map(column -> new SqlType.Field(column.name(), column.value().type()))
            .toList());
  }

  /** A record of values that may be NULL, under names that Avro allows. */
  private static Schema record(String name, List<SqlType.Field> columns) {
    List<Schema.Field> fields = new ArrayList<>();
    for (SqlType.Field column : columns) {
      String inAvro = isName(column.name()) ? column.name() : "column_" + fields.size();
      Schema.Field field =
          new Schema.Field(
              inAvro,
              nullable(column.type(), name + "_" + fields.size()),
              null,
              Schema.Field.NULL_DEFAULT_VALUE);
      if (!inAvro.equals(column.name())) {
        field.addProp(LogTable.COLUMN, column.name());
      }
      fields.add(field);
    }
    return Schema.createRecord(name, null, NAMESPACE, false, fields);
  }

  private static boolean isName(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_]*");
  }

  private static Schema nullable(SqlType type, String name) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema(type, name));
  }

  /**
   * @param name what a record is called, as no other is in the same schema
   */
  private static Schema schema(SqlType type, String name) {
    return switch (type.kind()) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INTEGER -> Schema.create(Schema.Type.INT);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case HUGEINT -> decimal(MAX_DIGITS, 0);
      case DECIMAL -> decimal(type.precision(), type.scale());
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case VARCHAR -> Schema.create(Schema.Type.STRING);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case ARRAY -> Schema.createArray(nullable(type.element(), name));
      case ROW -> record(name, type.fields());
      case MAP -> Schema.createMap(nullable(type.mapped(), name));
      case INTERVAL -> throw new UnsupportedFunctionException("column", List.of(type));
    };
  }

  private static Schema decimal(int precision, int scale) {
    return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
  }
}
