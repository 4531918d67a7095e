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
 * @param skippedLines how many of the first lines of a file are left out. They are expected in the
 *     file's first slice; a file of JSON, and a message, has none
 */
public record RecordWork(
    RecordFunction function, List<Report> reports, List<LogTable> logs, int skippedLines)
    implements Serializable {

  /** Work whose dead letters are seen to. */
  public static RecordWork of(
      RecordFunction function,
      List<Report> reports,
      List<LogTable> logs,
      TableFormat format,
      int skippedLines) {
    return new RecordWork(
        function,
        List.copyOf(reports),
        Stream.concat(
                logs.stream().map(log -> log.in(format)), Stream.of(DeadLetter.LOG.inFiles(format)))
            .toList(),
        skippedLines);
  }
}
