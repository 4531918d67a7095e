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
    Schema schema = schema(log);
    String[] order =
        log.order().stream()
            .map(
                column ->
                    schema.getFields().stream()
                        .filter(field -> LogTable.column(field).equals(column))
                        .map(Schema.Field::name)
                        .findFirst()
                        .orElseThrow())
            .toArray(String[]::new);
    return LogTable.of(log.name(), schema).sortedBy(order);
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
    List<Schema.Field> fields = new ArrayList<>();
    for (NamedExpression column : log.columns()) {
      boolean isName = column.name().matches("[A-Za-z_][A-Za-z0-9_]*");
      Schema.Field field =
          new Schema.Field(
              isName ? column.name() : "column_" + fields.size(),
              Schema.createUnion(Schema.create(Schema.Type.NULL), schema(column.value().type())),
              null,
              Schema.Field.NULL_DEFAULT_VALUE);
      if (!isName) {
        field.addProp(LogTable.COLUMN, column.name());
      }
      fields.add(field);
    }
    String name = log.name().matches("[A-Za-z_][A-Za-z0-9_]*") ? log.name() : "log";
    return Schema.createRecord(name, null, NAMESPACE, false, fields);
  }

  private static Schema schema(SqlType type) {
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
      case INTERVAL -> throw new UnsupportedFunctionException("column", List.of(type));
    };
  }

  private static Schema decimal(int precision, int scale) {
    return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
  }
}
