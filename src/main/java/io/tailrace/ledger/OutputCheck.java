package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares the ledger of an output and the files of its logs with their checksums. */
public final class OutputCheck {

  /**
   * What was found.
   *
   * @param findings a line each
   * @param ledgerFiles the number of files of the ledger
   * @param logFiles the number of files of logs that were compared
   * @param bytes their bytes
   * @param tableFiles the files of Delta tables that units have written, by log and name
   */
  public record Result(
      List<Finding> findings,
      long ledgerFiles,
      long logFiles,
      long bytes,
      Map<String, Map<String, LogFile>> tableFiles) {

    /** Of an output of which nothing is known. */
    static Result of(Finding finding) {
      return new Result(List.of(finding), 1, 0, 0, Map.of());
    }
  }

  private final Folder output;
  private final Ledger ledger;
  private final List<LogTable> logs;

  /**
   * @param logs the logs whose files are in a manifest
   */
  public OutputCheck(Folder output, List<LogTable> logs) {
    this.output = output;
    this.ledger = Ledger.of(output);
    this.logs = List.copyOf(logs);
  }

  /**
   * What is to be said of an output whose ledger has no identity that can be read, if it is one.
   */
  public static Optional<Result> withoutIdentity(Folder output) throws IOException {
    Ledger ledger = Ledger.of(output);
    try {
      boolean isUsed = ledger.newestPlan() > 0 || ledger.newestCheckpoint() > 0;
      if (ledger.identity().isPresent() || !isUsed) {
        return Optional.empty();
      }
      return Optional.of(
          Result.of(
              LedgerCheck.withoutIdentity(
                  new DamagedFileException(
                      ledger.folder().file(Ledger.IDENTITY + ".json"), "it is missing"))));
    } catch (DamagedFileException e) {
      return Optional.of(Result.of(LedgerCheck.withoutIdentity(e)));
    }
  }

  /** Reads everything once. */
  public Result run() throws IOException {
    LogCheck logCheck = new LogCheck(output, logs);
    logCheck.list();
    LedgerCheck ledgerCheck = new LedgerCheck(ledger);
    List<Finding> findings = new ArrayList<>(ledgerCheck.run());
    findings.addAll(logCheck.run(ledgerCheck.look()));
    Map<String, Map<String, LogFile>> tableFiles = new LinkedHashMap<>();
    ledgerCheck
        .look()
        .manifest()
        .forEach(
            (log, files) -> {
              Map<String, LogFile> ofTable = new LinkedHashMap<>(files);
              ofTable.values().removeIf(file -> file.table() == null);
              if (!ofTable.isEmpty()) {
                tableFiles.put(log, ofTable);
              }
            });
    return new Result(
        findings, ledgerCheck.countFiles(), logCheck.files(), logCheck.bytes(), tableFiles);
  }

  /**
   * Mends what can be mended without input, and tells what was done and what cannot be done.
   * Belongs to the holder of the {@link Lease}.
   */
  public List<String> repair(RowCount rows) throws IOException {
    return new LedgerRepair(output, logs, rows).run();
  }

  /**
   * Compares a file of a log with the manifest.
   *
   * @return what is wrong with it
   */
  public static Optional<Finding> compare(Folder folder, String log, LogFile file)
      throws IOException {
    try {
      LogCheck.compare(folder.file(file.name()), file);
      return Optional.empty();
    } catch (DamagedFileException e) {
      return Optional.of(LogCheck.lost(e, log, file));
    }
  }
}
