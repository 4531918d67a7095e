package io.tailrace.dashboard;

import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.progress.ProgressSource;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.util.Map;

/**
 * What a page shows.
 *
 * @param output the output
 * @param pipeline that writes it
 * @param progress how far it is
 * @param atStart the reports as they were when the run, or who else shows them, began
 */
public record Shown(
    Folder output,
    LogPipeline pipeline,
    ProgressSource progress,
    Map<String, ReportTable> atStart) {

  Ledger ledger() {
    return Ledger.of(output);
  }
}
