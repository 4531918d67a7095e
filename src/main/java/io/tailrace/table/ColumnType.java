package io.tailrace.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;

/** The types that columns of a log can be given by name. */
public enum ColumnType {
  INT(Schema.Type.INT),
  LONG(Schema.Type.LONG),
  DOUBLE(Schema.Type.DOUBLE),
  BOOLEAN(Schema.Type.BOOLEAN),
  STRING(Schema.Type.STRING);

  private final Schema.Type avro;

  ColumnType(Schema.Type avro) {
    this.avro = avro;
  }

  /** The type of a name, in any case. */
  public static Optional<ColumnType> named(String name) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  /** The type of a column, which may be one that takes null. */
  public static ColumnType of(Schema schema) {
    Schema.Type wanted = LogTable.withoutNull(schema).getType();
    return Arrays.stream(values()).filter(type -> type.avro == wanted).findFirst().orElseThrow();
  }

  /** The schema of values that may be null. */
  public Schema nullable() {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(avro));
  }
}
