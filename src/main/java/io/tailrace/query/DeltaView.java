package io.tailrace.query;

import io.tailrace.delta.TableColumn;
import io.tailrace.delta.TableVersion;
import java.util.List;
import java.util.stream.Collectors;

/** The SELECT of DuckDB that reads a version of a Delta table. */
final class DeltaView {

  private DeltaView() {}

  /**
   * Selects all columns and rows.
   *
   * @param files where the version's files are on this machine
   */
  static String select(TableVersion version, List<String> files) {
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
            .map(
                column ->
                    "NULL::" + duckType(column) + " AS " + QueryEngine.quote(column.physicalName()))
            .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    if (files.isEmpty()) {
      return "SELECT " + names + " FROM (" + empty + ")";
    }
    return files.stream()
        .map(QueryEngine::literal)
        .collect(
            Collectors.joining(
                ", ",
                "SELECT "
                    + names
                    + " FROM ("
                    + empty
                    + " UNION ALL BY NAME SELECT * FROM read_parquet([",
                "], union_by_name = true))"));
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
      default -> "INTEGER";
    };
  }
}
