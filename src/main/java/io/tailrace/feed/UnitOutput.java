package io.tailrace.feed;

import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/** Where the results of one unit go. */
public interface UnitOutput {

  /** The unit's partial values of a report. */
  ReportTable table(Report report);

  /** Takes the rows that the unit adds to a log, column by column, if all columns are declared. */
  HeldRows rows(LogTable log);

  /** Takes the rows that the unit adds to a log, each as an object. */
  Consumer<GenericRecord> log(LogTable log);
}
