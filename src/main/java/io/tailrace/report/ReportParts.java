package io.tailrace.report;

import java.io.IOException;
import java.sql.SQLException;

/**
 * The totals of reports, in parts that need not all be in memory at a time.
 *
 * <p>No two parts of a report have a key in common.
 */
@FunctionalInterface
public interface ReportParts {

  /** Gives all parts of a report, one after the other. It can be asked more than once. */
  void forEachPart(Report report, PartConsumer parts) throws IOException, SQLException;

  /** Takes parts; keeps none of them. */
  @FunctionalInterface
  interface PartConsumer {
    void accept(ReportTable part) throws SQLException;
  }
}
