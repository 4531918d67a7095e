package io.tailrace.pipelines;

import io.tailrace.options.JsonOptions;
import io.tailrace.options.JsonOptions.Types;
import io.tailrace.options.UsageException;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/** Reads {@code --schema}: the columns that a table begins with. */
final class JsonColumns {

  private JsonColumns() {}

  /**
   * The columns of {@code name type, name type, …} and that of what fits into none.
   *
   * @param table the name of the table
   * @param types whether the types that are given count, or all are texts
   * @throws UsageException if it cannot be read
   */
  static Schema parse(String table, String schema, Types types) {
    Schema columns = Columns.none(table);
    if (schema.equals(JsonOptions.INFER)) {
      // They are known when there is something to look at.
      return withRescued(columns);
    }
    Set<String> names = new HashSet<>();
    for (String column : schema.split(",")) {
      String text = column.strip();
      int space = text.lastIndexOf(' ');
      if (space < 0) {
        throw new UsageException(
            "--schema: '" + text + "' has no type; write 'device_id int, heartrate double'");
      }
      String name = text.substring(0, space).strip();
      String typeName = text.substring(space + 1);
      ColumnType type =
          ColumnType.named(typeName)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--schema: '"
                              + typeName
                              + "' is no type; use int, long, double, boolean or string"));
      if (!names.add(Columns.key(name)) || Columns.key(name).equals(Columns.RESCUED)) {
        throw new UsageException("--schema: there can be no second column '" + name + "'");
      }
      columns = Columns.with(columns, name, types == Types.string ? ColumnType.STRING : type);
    }
    return withRescued(columns);
  }

  static Schema withRescued(Schema columns) {
    return Columns.with(columns, Columns.RESCUED, ColumnType.STRING);
  }
}
