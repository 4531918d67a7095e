package io.tailrace.benchmark;

import io.tailrace.feed.UnitOutput;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.ForgottenRows;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/** The results of a unit: its tables. The rows of its logs are made and forgotten. */
final class OutputInMemory implements UnitOutput {

  private final Map<String, ReportTable> tables = new HashMap<>();

  @Override
  public ReportTable table(Report report) {
    return tables.computeIfAbsent(report.name(), name -> report.newTable());
  }

  @Override
  public HeldRows rows(LogTable log) {
    return ForgottenRows.of(log);
  }

  @Override
  public Consumer<GenericRecord> log(LogTable log) {
    return row -> {};
  }

  /** The number of records behind each key of a report. */
  Map<String, Long> records(Report report) {
    ReportTable table = table(report);
    Map<String, Long> records = new HashMap<>();
    for (int row = 0; row < table.size(); row++) {
      records.put(table.key(row), table.measure(row, 0));
    }
    return records;
  }
}
