package io.tailrace.table;

import io.tailrace.format.SqlType;
import java.io.Serializable;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * A column of a log that has a type of SQL, each of whose values may be NULL.
 *
 * <p>In a row its values are those objects that {@link SqlType} names; of HUGEINT, which files have
 * as DECIMAL(38, 0), and of DECIMAL they are {@link java.math.BigDecimal}s.
 *
 * @param name its name, any text
 */
public record TypedColumn(String name, SqlType type) implements Serializable {

  /** The most digits of a DECIMAL. */
  private static final int MOST_DIGITS = 38;

  /** The field of a row at a place. */
  Schema.Field toField(int place) {
    Schema nullable = Schema.createUnion(Schema.create(Schema.Type.NULL), schema());
    // Avro allows few names, so that those of people are beside.
    Schema.Field field = new Schema.Field("c" + place, nullable, null, JsonProperties.NULL_VALUE);
    field.addProp(LogTable.COLUMN, name);
    return field;
  }

  private Schema schema() {
    return switch (type.kind()) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INTEGER -> Schema.create(Schema.Type.INT);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case VARCHAR -> Schema.create(Schema.Type.STRING);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case DECIMAL -> decimal(type.precision(), type.scale());
      case HUGEINT -> decimal(MOST_DIGITS, 0);
      case INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException("No column can have the type " + type);
    };
  }

  private static Schema decimal(int precision, int scale) {
    return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
  }
}
