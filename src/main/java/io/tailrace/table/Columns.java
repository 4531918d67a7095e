package io.tailrace.table;

import io.tailrace.format.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * The columns of a table that gets new ones at its end, none of which is ever required. Names may
 * be any texts, and two that differ only in case are one.
 */
public final class Columns {

  /** Data whose names are values would make columns without end. */
  public static final int MOST = 1_000;

  /** The column of what fits into no other. */
  public static final String RESCUED = "_rescued";

  /**
   * A column of files, and of no table: which columns that came later have, in the row, the JSON of
   * a value instead of a text. Their places in the file, with commas between. A value for which the
   * table has no column any more is put among what fits into none as it came.
   */
  public static final String RAW = "_rescued_raw";

  private static final int LONGEST_NAME = 256;

  private Columns() {}

  /** The column of what fits into no other. */
  public static TypedColumn rescued() {
    return new TypedColumn(RESCUED, SqlType.VARCHAR);
  }

  /** Whether a column may have a name that data has chosen. */
  public static boolean canBeNamed(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST_NAME
        && !key(name).equals(RESCUED)
        && !key(name).equals(RAW)
        && name.chars().noneMatch(Character::isISOControl);
  }

  /** No columns yet. */
  public static Schema none(String table) {
    return Schema.createRecord(table, null, "io.tailrace", false, List.of());
  }

  /** These columns and one more. */
  public static Schema with(Schema columns, String name, ColumnType type) {
    return with(columns, List.of(name), type);
  }

  /** These columns and more of a type. */
  public static Schema with(Schema columns, List<String> names, ColumnType type) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : columns.getFields()) {
      fields.add(new Schema.Field(field, field.schema()));
    }
    for (String name : names) {
      // Avro allows few names, so that those of people are beside.
      Schema.Field added =
          new Schema.Field("c" + fields.size(), type.nullable(), null, JsonProperties.NULL_VALUE);
      added.addProp(LogTable.COLUMN, name);
      if (name.equals(RAW)) {
        added.addProp(LogTable.UNORDERED, "true");
      }
      fields.add(added);
    }
    return Schema.createRecord(columns.getName(), null, columns.getNamespace(), false, fields);
  }

  /** Whether a column is in files only. */
  public static boolean isRaw(Schema.Field field) {
    return LogTable.column(field).equals(RAW);
  }

  /** Names are equal if these are. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
