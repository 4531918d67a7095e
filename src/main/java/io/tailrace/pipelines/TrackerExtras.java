package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.format.SqlType;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.JsonOptions;
import io.tailrace.options.JsonOptions.Types;
import io.tailrace.options.TailraceOptions;
import io.tailrace.sql.SqlLog;
import io.tailrace.sql.SqlProgram;
import io.tailrace.storage.Folder;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import io.tailrace.table.TypedColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** What tracker has beside its SQL: options for the columns of its table. */
final class TrackerExtras implements Extras {

  private static final String RECORDINGS = "recordings";

  @Override
  public String name() {
    return "tracker";
  }

  @Override
  public String description() {
    return "Readings of heart rates from files of JSON, as a Delta table with its history";
  }

  @Override
  public String check() {
    return "that --input has JSON objects, alone, in arrays or one after the other";
  }

  @Override
  public Class<JsonOptions> options() {
    return JsonOptions.class;
  }

  @Override
  public SqlProgram chosen(SqlProgram program, TailraceOptions options) {
    JsonOptions json = options.as(JsonOptions.class);
    SqlLog table = program.logs().get(0);
    List<TypedColumn> columns =
        json.getSchema() != null
            ? JsonColumns.parse(json.getSchema())
            : table.columns().subList(0, table.starred()).stream()
                .map(column -> new TypedColumn(column.name(), column.value().type()))
                .toList();
    return program.withInput(
        json.getTypes() == Types.declared
            ? columns
            : columns.stream()
                .map(column -> new TypedColumn(column.name(), SqlType.VARCHAR))
                .toList());
  }

  @Override
  public RecordFunction records(SqlPipeline sql, TailraceOptions options) {
    Ledger ledger = Ledger.of(new Folder(options.getOutput()));
    return JsonOptions.infersColumns(options)
        ? sql.records(() -> inferred(ledger))
        : sql.records(options);
  }

  /** What was found out before the first unit was planned. */
  private static Schema inferred(Ledger ledger) {
    try {
      return Columns.with(
          ledger
              .columns()
              .map(json -> new Schema.Parser().parse(json))
              .orElseGet(() -> Columns.none("inferred")),
          Columns.RESCUED,
          ColumnType.STRING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its report has counted all records, and no more. */
  @Override
  public Map<String, List<EarlierMeasure>> earlierMeasures() {
    return Map.of(RECORDINGS, List.of());
  }
}
