package io.tailrace.feed;

import io.tailrace.options.TableFormat;
import io.tailrace.report.Report;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * The work on the records of an input.
 *
 * @param function what a record means
 * @param reports the reports that the function adds to
 * @param logs the logs that it adds to, and the dead letters
 * @param header whether the first line of a file is left out
 */
public record RecordWork(
    RecordFunction function, List<Report> reports, List<LogTable> logs, boolean header)
    implements Serializable {

  /** Work whose dead letters are seen to. */
  public static RecordWork of(
      RecordFunction function,
      List<Report> reports,
      List<LogTable> logs,
      TableFormat format,
      boolean header) {
    return new RecordWork(
        function,
        List.copyOf(reports),
        Stream.concat(
                logs.stream().map(log -> log.in(format)), Stream.of(DeadLetter.LOG.inFiles(format)))
            .toList(),
        header);
  }
}
