package io.tailrace.pipelines;

import io.tailrace.format.SqlType;
import io.tailrace.options.JsonOptions;
import io.tailrace.options.UsageException;
import io.tailrace.table.Columns;
import io.tailrace.table.TypedColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads {@code --schema}: the columns that a table begins with. */
final class JsonColumns {

  private static final Map<String, SqlType> TYPES =
      Map.of(
          "int", SqlType.INTEGER,
          "long", SqlType.BIGINT,
          "double", SqlType.DOUBLE,
          "boolean", SqlType.BOOLEAN,
          "string", SqlType.VARCHAR);

  private JsonColumns() {}

  /**
   * The columns of {@code name type, name type, …} and that of what fits into none.
   *
   * @throws UsageException if it cannot be read
   */
  static List<TypedColumn> parse(String schema) {
    List<TypedColumn> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    // Those that are to be inferred are known when there is something to look at.
    String[] written = schema.equals(JsonOptions.INFER) ? new String[0] : schema.split(",");
    for (String column : written) {
      TypedColumn parsed = column(column.strip());
      String key = Columns.key(parsed.name());
      if (!names.add(key) || key.equals(Columns.RESCUED)) {
        throw new UsageException("--schema: there can be no second column '" + parsed.name() + "'");
      }
      columns.add(parsed);
    }
    columns.add(Columns.rescued());
    return columns;
  }

  private static TypedColumn column(String text) {
    int space = text.lastIndexOf(' ');
    if (space < 0) {
      throw new UsageException(
          "--schema: '" + text + "' has no type; write 'device_id int, heartrate double'");
    }
    String name = text.substring(space + 1);
    SqlType type = TYPES.get(name.toLowerCase(Locale.ROOT));
    if (type == null) {
      throw new UsageException(
          "--schema: '" + name + "' is no type; use int, long, double, boolean or string");
    }
    return new TypedColumn(text.substring(0, space).strip(), type);
  }
}
