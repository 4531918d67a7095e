package io.tailrace.ledger;

import io.tailrace.ledger.SealedContent.Kind;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Glob;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Mends of a ledger what can be mended without input, and deletes what nothing needs. Belongs to
 * the holder of the {@link Lease}.
 *
 * <p>A run that has lost its rights may be frozen, and wake up at any time. So a file of a log goes
 * only if its unit has a receipt already, or never had a plan; and an archive or a segment goes
 * only once the checkpoint that could name it can no longer be created.
 */
final class LedgerRepair {

  private final Folder output;
  private final Ledger ledger;
  private final List<LogTable> logs;
  private final ReceiptRebuild receipts;
  private final List<String> done = new ArrayList<>();

  /**
   * @param logs the logs that have a manifest
   */
  LedgerRepair(Folder output, List<LogTable> logs, RowCount rows) {
    this.output = output;
    this.ledger = Ledger.of(output);
    this.logs = logs;
    this.receipts = new ReceiptRebuild(output, logs, rows);
  }

  /** Mends what can be mended, and tells what was done and what cannot be done, a line each. */
  List<String> run() throws IOException {
    mendViews();
    LedgerLook look = LedgerLook.at(ledger);
    mendNewestRun(look);
    if (look.checkpoint().isEmpty()) {
      done.add("cannot repair: no checkpoint can be read");
      return done;
    }
    tellOfCheckpoint(look);
    mendReceipts(look);
    look = LedgerLook.at(ledger);
    mendRetryNotes(look);
    mendTotals(look);
    mendIndex(look);
    deleteForeign();
    deleteLeftovers();
    return done;
  }

  private static boolean isDamaged(EntryFolder entries, String prefix, String name)
      throws IOException {
    List<EntryFolder.Found> found =
        entries.find(prefix).stream().filter(file -> file.entry().equals(name)).toList();
    return !found.isEmpty() && found.stream().allMatch(file -> file.damage() != null);
  }

  private void mendViews() throws IOException {
    if (isDamaged(ledger.entries(Kind.views), Ledger.VIEWS, Ledger.VIEWS)) {
      ledger.deleteViews();
      done.add("deleted the damaged views.json: the views are gone until a run is given --views");
    }
  }

  private void mendNewestRun(LedgerLook look) throws IOException {
    long run = ledger.newestRun();
    if (run > 0 && isDamaged(ledger.entries(Kind.run), Ledger.RUN, Ledger.runName(run))) {
      ledger.writeRun(
          run, look.checkpoint().map(some -> some.lastPlan() + 1).orElse(1L), List.of());
      done.add("wrote the note of run " + run + " again");
    }
  }

  private void tellOfCheckpoint(LedgerLook look) throws IOException {
    long number = look.checkpoint().orElseThrow().number();
    if (ledger.newestCheckpoint() > number) {
      done.add(
          String.format(
              "nothing needs to be done about checkpoint %d: a run goes on from checkpoint %d",
              ledger.newestCheckpoint(), number));
    }
  }

  private void mendReceipts(LedgerLook look) throws IOException {
    for (LedgerLook.Seen seen : look.units()) {
      if (seen.receipt().isEmpty() && (seen.damage() != null || look.isInSomeTotals(seen.unit()))) {
        done.add(receipts.rebuild(seen.unit(), look));
      }
    }
  }

  private void mendRetryNotes(LedgerLook look) throws IOException {
    EntryFolder notes = ledger.entries(Kind.note);
    Set<String> readable = new HashSet<>();
    ledger.retryNotes().forEach(note -> readable.add(note.name()));
    Set<String> wanted = new HashSet<>();
    for (RetryNote note : look.retryNotes()) {
      wanted.add(note.name());
      if (!readable.contains(note.name())) {
        ledger.writeRetryNote(note);
        done.add("wrote " + notes.path(note.name()) + " again from the receipt of its unit");
      }
    }
    for (String name : notes.names(Ledger.UNIT)) {
      if (!readable.contains(name) && !wanted.contains(name)) {
        ledger.deleteRetryNote(name);
        done.add("deleted " + notes.path(name) + ": it is damaged, and a plan has answered it");
      }
    }
  }

  private void mendTotals(LedgerLook look) throws IOException {
    for (Map.Entry<ReportShape, TotalsLook> report : look.totals().entrySet()) {
      String name = report.getKey().name();
      if (report.getValue().lack(look.checkpoint().orElseThrow()).isPresent()) {
        done.add(
            "cannot repair the totals of "
                + name
                + ": what its checkpoint had is in no other file");
      } else if (report.getValue().logs().stream().anyMatch(TotalsLog::isDamaged)) {
        for (TotalsLog seen : report.getValue().logs()) {
          if (seen.isDamaged()) {
            mendPart(report.getKey(), seen.part(), look);
          }
        }
        done.add("wrote a new base of the totals of " + name);
      }
    }
  }

  private void mendPart(ReportShape report, Part part, LedgerLook look) throws IOException {
    TotalsLog log = ledger.reportTotals(report.name()).log(part);
    Totals totals = log.totals(report.newTable());
    List<UnitTable> missing = new ArrayList<>();
    for (LedgerLook.Seen seen : look.units()) {
      long unit = seen.unit().number();
      if (!totals.has(unit) && seen.receipt().isPresent()) {
        ReportTable table = ledger.receipt(seen.unit()).orElseThrow().tables().get(report.name());
        if (table != null && part.concerns(table.slots())) {
          missing.addAll(UnitTable.of(unit, table, List.of(part)));
        }
      }
    }
    if (!missing.isEmpty()) {
      log.addNew(missing);
    }
    log.mend(report.newTable());
  }

  private void mendIndex(LedgerLook look) throws IOException {
    for (NameSegment.Ref ref : look.checkpoint().orElseThrow().names()) {
      try {
        NameSegment.open(ledger.names(), ref);
      } catch (DamagedFileException e) {
        if (look.damagedArchives().isEmpty()) {
          Folding.of(ledger);
          done.add("made the index of files that were taken again, from the archives");
        } else {
          done.add("cannot make the index of files that were taken again: an archive is damaged");
        }
        return;
      }
    }
  }

  private void deleteForeign() throws IOException {
    LogCheck check = new LogCheck(output, logs);
    check.list();
    LedgerLook look = LedgerLook.at(ledger);
    if (!look.isManifestKnown()) {
      done.add("left all foreign files of logs: which files the logs have is not known");
      return;
    }
    for (LogTable log : logs) {
      Folder folder = output.folder(log.name());
      int deleted = 0;
      for (String file : check.foreign(log.name(), look)) {
        if (LogCheck.isOfAttempt(file) && look.isOfUnits(log.name())) {
          folder.delete(file);
          deleted++;
        } else {
          done.add("left " + folder.file(file) + ": it is not known whose it is");
        }
      }
      tellOfDeleted(deleted, folder);
    }
  }

  private void tellOfDeleted(int deleted, Folder folder) {
    if (deleted > 0) {
      done.add(
          String.format(
              "deleted %,d foreign %s in %s",
              deleted, deleted == 1 ? "file" : "files", folder.path()));
    }
  }

  private void deleteLeftovers() throws IOException {
    List<StoredFile> temporary =
        Storages.of(ledger.folder().path()).list(new Glob(ledger.temporary().path() + "/**"));
    ledger.temporary().clear();
    tellOfDeleted(temporary.size(), ledger.temporary());
    List<String> leftovers = LedgerCheck.leftovers(ledger, LedgerLook.at(ledger));
    if (!leftovers.isEmpty()) {
      Folding.of(ledger).renew();
      // What the renewed checkpoint needs is asked again.
      leftovers = LedgerCheck.leftovers(ledger, LedgerLook.at(ledger));
      for (String file : leftovers) {
        ledger.folder().delete(file);
      }
      tellOfDeleted(leftovers.size(), ledger.folder());
    }
  }
}
