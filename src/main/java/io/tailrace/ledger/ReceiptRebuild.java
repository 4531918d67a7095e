package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the receipt of a unit again, which all totals have, from the unit's files that stand in the
 * folders of logs. It has no values of reports: those are in the totals alone from then on.
 */
final class ReceiptRebuild {

  private final Folder output;
  private final Ledger ledger;
  private final List<LogTable> logs;
  private final RowCount rows;

  ReceiptRebuild(Folder output, List<LogTable> logs, RowCount rows) {
    this.output = output;
    this.ledger = Ledger.of(output);
    this.logs = logs;
    this.rows = rows;
  }

  /** Makes a receipt, or says why it cannot be made. */
  String rebuild(Unit unit, LedgerLook look) throws IOException {
    String path = ledger.receiptPath(unit);
    Optional<String> obstacle = obstacle(unit, look);
    Map<String, List<LogFile>> files = new HashMap<>();
    Map<String, Long> rowsOfLogs = new HashMap<>();
    for (LogTable log : obstacle.isEmpty() ? logs : List.<LogTable>of()) {
      if (look.isOfUnits(log.name())) {
        List<String> there = output.folder(log.name()).list(unit.name() + "-", log.suffix());
        if (there.size() > 1) {
          obstacle =
              Optional.of(
                  String.format(
                      "%s has %d files of its unit, and which of them counts is not known",
                      output.folder(log.name()).path(), there.size()));
          break;
        }
        try {
          List<LogFile> ofLog = describe(log, there);
          if (!ofLog.isEmpty()) {
            files.put(log.name(), ofLog);
          }
          rowsOfLogs.put(log.name(), ofLog.stream().mapToLong(LogFile::rows).sum());
        } catch (IOException e) {
          obstacle = Optional.of(firstLine(e));
          break;
        }
      }
    }
    if (obstacle.isPresent()) {
      return String.format(
          "cannot make %s again: %s; a run reads the unit again if its input is still there",
          path, obstacle.get());
    }
    // Additions to totals survive a power cut only together with their receipts.
    for (ReportShape report : look.totals().keySet()) {
      ledger
          .reportTotals(report.name())
          .visit(report.newTable(), (log, totals) -> log.writeBase(report.newTable(), 0));
    }
    ledger.writeReceipt(unit, receipt(unit, files, rowsOfLogs));
    String found =
        rowsOfLogs.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(log -> String.format("%,d of %s", log.getValue(), log.getKey()))
            .collect(Collectors.joining(", "));
    return String.format(
        "made %s again from the files of its unit, which have these rows: %s; how many records the"
            + " unit had is not known, and progress counts its rows instead",
        path, found);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("a file cannot be read");
  }

  /** What makes it impossible whatever is in the folders of logs. */
  private Optional<String> obstacle(Unit unit, LedgerLook look) throws IOException {
    if (!look.isInAllTotals(unit)) {
      return Optional.of("not all reports have its unit");
    }
    if (logs.stream().anyMatch(log -> log.format().hasVersions())) {
      return Optional.of("what a Delta table is told of its files is in no other file");
    }
    if (unit.slices().stream().anyMatch(slice -> !slice.isOfTopic() && !slice.isWholeFile())) {
      return Optional.of("it has a part of a file, whose line numbers are in no other file");
    }
    for (String name : ledger.stateNames()) {
      if (ledger.states(name).newest().map(StateLog.Entry::nextUnit).orElse(1L) <= unit.number()) {
        return Optional.of(name + " need its values, which are in no other file");
      }
    }
    return Optional.empty();
  }

  private List<LogFile> describe(LogTable log, List<String> names) throws IOException {
    List<LogFile> files = new ArrayList<>();
    for (String name : names) {
      String path = output.folder(log.name()).file(name);
      try (OpenFile open = Storages.of(path).open(path, 0, Storage.SMALL_FILE_BYTES)) {
        ContentSum sum = ContentSum.of(Channels.newInputStream(open.channel()));
        files.add(new LogFile(name, sum.bytes(), rows.of(log, name), sum.crc32c(), null));
      }
    }
    return files;
  }

  private Receipt receipt(Unit unit, Map<String, List<LogFile>> files, Map<String, Long> rowsOfLogs)
      throws IOException {
    long deadLetters = rowsOfLogs.getOrDefault(DeadLetter.LOG.name(), 0L);
    // A unit of which nothing was counted would be read again when its file changes.
    long records =
        rowsOfLogs.entrySet().stream()
            .filter(log -> !log.getKey().equals(DeadLetter.LOG.name()))
            .mapToLong(Map.Entry::getValue)
            .max()
            .orElse(0);
    long bytes = unit.slices().stream().anyMatch(Slice::isOfTopic) ? 0 : unit.extent();
    return new Receipt(
        new Receipt.Counts(bytes, Math.max(1, records), deadLetters),
        rowsOfLogs,
        files,
        List.copyOf(AskedAgain.of(ledger, unit).values()),
        Map.of(),
        Map.of());
  }
}
