package io.tailrace.query;

import io.tailrace.delta.TableColumn;
import io.tailrace.delta.TableVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The SELECT of DuckDB that reads a version of a Delta table. */
final class DeltaView {

  private DeltaView() {}

  /**
   * Selects all columns and rows.
   *
   * @param files some of the version's files, or all
   * @param paths where each of them is on this machine
   */
  static String select(
      TableVersion version, List<TableVersion.File> files, UnaryOperator<String> paths) {
    String names =
        version.columns().stream()
            .map(
                column ->
                    QueryEngine.quote(column.physicalName())
                        + " AS "
                        + QueryEngine.quote(column.name()))
            .collect(Collectors.joining(", "));
    // No file need have all columns: this has, and no rows.
    String empty =
        version.columns().stream()
            .map(column -> value(column, null))
            .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    Map<Map<String, String>, List<String>> pathsByPartition =
        files.stream()
            .collect(
                Collectors.groupingBy(
                    TableVersion.File::partition,
                    LinkedHashMap::new,
                    Collectors.mapping(file -> paths.apply(file.path()), Collectors.toList())));
    StringBuilder all = new StringBuilder(empty);
    pathsByPartition.forEach(
        (partition, some) ->
            all.append(" UNION ALL BY NAME SELECT *")
                .append(
                    version.columns().stream()
                        .filter(column -> partition.containsKey(column.physicalName()))
                        .map(column -> ", " + value(column, partition.get(column.physicalName())))
                        .collect(Collectors.joining()))
                .append(" FROM ")
                .append(QueryEngine.readParquet(some, ", union_by_name = true")));
    return "SELECT " + names + " FROM (" + all + ")";
  }

  private static String value(TableColumn column, String value) {
    return String.format(
        "CAST(%s AS %s) AS %s",
        value == null ? "NULL" : QueryEngine.literal(value),
        duckType(column),
        QueryEngine.quote(column.physicalName()));
  }

  /** A type that is not known here is read as DuckDB reads it. */
  private static String duckType(TableColumn column) {
    return switch (column.type()) {
      case "string" -> "VARCHAR";
      case "byte" -> "TINYINT";
      case "short" -> "SMALLINT";
      case "integer" -> "INTEGER";
      case "long" -> "BIGINT";
      case "float" -> "FLOAT";
      case "double" -> "DOUBLE";
      case "boolean" -> "BOOLEAN";
      case "binary" -> "BLOB";
      case "date" -> "DATE";
      case "timestamp" -> "TIMESTAMPTZ";
      case "timestamp_ntz" -> "TIMESTAMP";
      default -> column.type().matches("(?i)decimal\\(.*") ? column.type() : "INTEGER";
    };
  }
}
