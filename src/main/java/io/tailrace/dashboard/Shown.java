package io.tailrace.dashboard;

import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.progress.Health;
import io.tailrace.progress.ProgressSource;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a page shows.
 *
 * @param output the output
 * @param pipeline that writes it
 * @param progress how far it is, each time for another one who asks
 * @param health whether the run works
 * @param atStart the reports as they were when the run, or who else shows them, began
 * @param storageOptions how the output is reached, in the options that a run has for it
 * @param remedy what to do where no data has come, as a sentence
 */
public record Shown(
    Folder output,
    LogPipeline pipeline,
    Supplier<ProgressSource> progress,
    Health health,
    Map<String, ReportTable> atStart,
    List<String> storageOptions,
    String remedy) {

  Ledger ledger() {
    return Ledger.of(output);
  }
}
