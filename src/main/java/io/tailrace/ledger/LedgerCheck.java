package io.tailrace.ledger;

import io.tailrace.ledger.SealedContent.Kind;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Glob;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares the files of a ledger with their checksums and with each other. It changes nothing.
 *
 * <p>A run may write the ledger meanwhile: what is found is looked for once more, and counts if it
 * is found again.
 */
final class LedgerCheck {

  /** Every file that a ledger has, without those of attempts; # is a number and a generation. */
  private static final Pattern FILES =
      Pattern.compile(
          ("(ledger|columns|views|pipeline)(~\\d+)?\\.json|run\\.json|lease-\\d{10,}"
                  + "|plans/plan-#\\.plan|receipts/unit-\\d+-[0-9a-f]{16}(~\\d+)?\\.receipt"
                  + "|retry/unit-\\d+-#\\.json|runs/(run|stop|end)-#\\.json"
                  + "|checkpoints/checkpoint-#\\.json|cleaned/cleaned-#\\.json"
                  + "|totals/.+\\.\\d+of\\d+\\.\\d+(\\.add|(-[0-9a-f-]{36})?\\.base)(~\\d+)?\\.totals"
                  + "|states/.+-#\\.state|archive/.+\\.gz|names/.+\\.seg|told/[0-9a-f]{32}\\.json")
              .replace("#", "\\d+(~\\d+)?"));

  /** What is replaced in place, and has no generations. */
  private static final Set<Kind> SINGLE = Set.of(Kind.lease, Kind.reports, Kind.told);

  private static final String TEMPORARY = "temp/";
  private static final String BACKUP = "restore it from a backup of the ledger";
  private static final String BACKUP_OR_ANOTHER =
      BACKUP + ", or give another --output and read all input again";

  private final Ledger ledger;
  private Set<String> files = Set.of();
  private final List<Finding> findings = new ArrayList<>();
  private LedgerLook look;

  LedgerCheck(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The line on an identity that is damaged or missing, without which nothing can be checked. */
  static Finding withoutIdentity(DamagedFileException damage) {
    return Finding.problem(
        damage.getMessage()
            + "; which pipeline writes the output, and which reports it has, is not known, and"
            + " nothing else was checked: "
            + BACKUP_OR_ANOTHER);
  }

  /** Checks the ledger. */
  List<Finding> run() throws IOException {
    List<Finding> first = once();
    if (first.isEmpty()) {
      return first;
    }
    List<Finding> second = once();
    return first.stream().filter(second::contains).toList();
  }

  /** How many files there are. */
  long countFiles() {
    return files.size();
  }

  /** What the ledger says, as it was read last. */
  LedgerLook look() {
    return look;
  }

  private List<Finding> once() throws IOException {
    findings.clear();
    files = files(ledger);
    Map<Kind, List<EntryFolder.Found>> entries = new HashMap<>();
    for (Kind kind : Kind.values()) {
      if (!SINGLE.contains(kind)) {
        entries.put(kind, find(kind));
      }
    }
    look = LedgerLook.at(ledger);
    for (Map.Entry<Kind, List<EntryFolder.Found>> kind : entries.entrySet()) {
      checkEntries(kind.getKey(), kind.getValue());
    }
    checkLeases();
    checkReportsNote();
    checkTold();
    if (look.checkpoint().isPresent()) {
      checkSegments();
      checkPlans();
      checkUnits();
      checkRetryNotes();
      checkTotals();
    }
    checkForeign();
    return findings.stream().distinct().toList();
  }

  /** The paths of all files in the ledger's folder. */
  private static Set<String> files(Ledger ledger) throws IOException {
    Set<String> files = new HashSet<>();
    String root = ledger.folder().path() + "/";
    for (StoredFile file : Storages.of(root).list(new Glob(root + "**"))) {
      files.add(file.path().substring(root.length()));
    }
    return files;
  }

  private List<EntryFolder.Found> find(Kind kind) throws IOException {
    EntryFolder folder = ledger.entries(kind);
    return switch (kind) {
      case identity -> folder.find(Ledger.IDENTITY);
      case columns -> folder.find(Ledger.COLUMNS);
      case views -> folder.find(Ledger.VIEWS);
      case sql -> folder.find(Ledger.SQL);
      case run -> folder.find(Ledger.RUN);
      case stop -> {
        List<EntryFolder.Found> both = new ArrayList<>(folder.find(Ledger.STOP));
        both.addAll(folder.find(Ledger.END));
        yield both;
      }
      default -> folder.find("");
    };
  }

  private void checkEntries(Kind kind, List<EntryFolder.Found> found) throws IOException {
    Map<String, EntryFolder.Found> good = new LinkedHashMap<>();
    for (EntryFolder.Found file : found) {
      if (file.damage() == null) {
        good.putIfAbsent(file.entry(), file);
      }
    }
    for (EntryFolder.Found file : found) {
      if (file.damage() != null) {
        EntryFolder.Found replacement = good.get(file.entry());
        findings.add(
            replacement == null
                ? damaged(kind, file, good)
                : harmless(file.damage(), replacement.file() + " replaces it"));
      }
    }
  }

  private static Finding harmless(DamagedFileException damage, String why) {
    return Finding.harmless(damage.getMessage() + "; " + why);
  }

  private static Finding problem(DamagedFileException damage, String consequence) {
    return Finding.problem(damage.getMessage() + "; " + consequence);
  }

  /** What it means that an entry cannot be read. */
  private Finding damaged(Kind kind, EntryFolder.Found file, Map<String, EntryFolder.Found> good)
      throws IOException {
    DamagedFileException damage = file.damage();
    Optional<Checkpoint> checkpoint = look.checkpoint();
    return switch (kind) {
      case identity -> withoutIdentity(damage);
      case columns ->
          problem(
              damage,
              "which columns were found in the first input is not known: restore it from a backup,"
                  + " or give the columns that describe shows: as --schema, or in the file of SQL");
      case views ->
          problem(
              damage,
              "queries are refused without it: check --repair deletes it, and a run with --views"
                  + " writes it again");
      case sql -> problem(damage, "queries are refused without it: " + Ledger.SQL_REMEDY);
      case run ->
          harmless(damage, "its number alone counts, and the next run has a number of its own");
      case stop -> harmless(damage, "its name alone counts");
      case cleaned ->
          harmless(damage, "--cleanSource looks again for the files of the plans before it");
      case note -> harmless(damage, "the receipt of its unit has the same; the next run writes it");
      case checkpoint ->
          checkpoint.isPresent() && !checkpoint.get().isNone()
              ? harmless(
                  damage,
                  String.format(
                      "checkpoint %d and the files behind it have the same, and a run goes on from"
                          + " there",
                      checkpoint.get().number()))
              : problem(damage, "which files were read is not known: " + BACKUP_OR_ANOTHER);
      case plan ->
          checkpoint.isPresent()
                  && Ledger.number(file.entry(), Ledger.PLAN) <= checkpoint.get().lastPlan()
              ? harmless(damage, "checkpoint " + checkpoint.get().number() + " has the same")
              : checkpoint.isPresent() && look.planDamage().isEmpty()
                  ? harmless(damage, "nothing came of it, and the next run plans the same again")
                  : problem(damage, "which files were read is not known: " + BACKUP_OR_ANOTHER);
      case receipt -> damagedReceipt(file);
      case totals -> damagedTotals(file);
      case state -> damagedState(file, good);
      case archive ->
          look.isReferenced(file.entry())
                  && checkpoint.stream()
                      .flatMap(some -> some.archives().stream())
                      .anyMatch(ref -> ref.name().equals(file.entry()))
              ? problem(damage, "which files of logs its units have is not known: " + BACKUP)
              : harmless(damage, "the newest checkpoint does not need it");
      case lease, reports, told -> throw new IllegalStateException(kind.name());
    };
  }

  private Finding damagedReceipt(EntryFolder.Found file) {
    long unit = Ledger.unitOf(file.entry());
    if (look.checkpoint().isPresent() && unit <= look.checkpoint().get().lastUnit()) {
      return harmless(
          file.damage(), "checkpoint " + look.checkpoint().get().number() + " has the same");
    }
    boolean counts =
        look.planDamage().isPresent()
            || look.checkpoint().isEmpty()
            || look.units().stream()
                .anyMatch(
                    seen ->
                        file.entry().equals(seen.unit().name() + "-" + seen.unit().fingerprint()));
    return counts
        ? lost(file.damage(), unit)
        : harmless(file.damage(), "no plan has its unit, so it does not count");
  }

  /** A receipt that counts is damaged or missing. */
  private Finding lost(DamagedFileException damage, long unit) {
    boolean inAll = look.totals().values().stream().allMatch(totals -> totals.hasInAll(unit));
    return problem(
        damage,
        inAll
            ? "the reports have its unit, but which rows of logs it has is not known: check"
                + " --repair makes it again from the unit's files, or the next run reads the unit"
                + " again, if its input is still there"
            : "what its unit has come to is not known: the next run reads the unit again, if its"
                + " input is still there");
  }

  private Finding damagedTotals(EntryFolder.Found file) {
    for (Map.Entry<ReportShape, TotalsLook> report : look.totals().entrySet()) {
      if (file.entry().startsWith(report.getKey().name() + ".")) {
        return isComplete(report.getValue())
            ? harmless(
                file.damage(), "the entries before and behind it, and receipts, have the same")
            : problem(file.damage(), lacks(report.getKey()));
      }
    }
    return harmless(file.damage(), "the output does not have this report");
  }

  private boolean isComplete(TotalsLook totals) {
    return look.checkpoint().isPresent() && totals.lack(look.checkpoint().get()).isEmpty();
  }

  private static String lacks(ReportShape report) {
    return String.format(
        "the report %s lacks records, and queries of it are refused: %s",
        report.name(), BACKUP_OR_ANOTHER);
  }

  private Finding damagedState(EntryFolder.Found file, Map<String, EntryFolder.Found> good)
      throws IOException {
    String name = file.entry().substring(0, file.entry().lastIndexOf('-'));
    List<StateLog.Entry> readable = ledger.states(name).after(0);
    boolean isBefore =
        good.keySet().stream()
            .anyMatch(entry -> entry.startsWith(name + "-") && entry.compareTo(file.entry()) > 0);
    if (isBefore) {
      return harmless(file.damage(), "a newer state replaces it");
    }
    long first = look.firstReceipt();
    return !readable.isEmpty() && readable.get(readable.size() - 1).nextUnit() >= first
        ? harmless(file.damage(), "the state before and receipts have the same")
        : problem(file.damage(), "what was computed in " + name + " is not known: " + BACKUP);
  }

  private void checkLeases() throws IOException {
    for (String file : files) {
      if (file.matches("lease-\\d{10,}")) {
        check(Kind.lease, file, "the next run waits up to 15 s to see whether its holder is alive");
      }
    }
  }

  private void checkReportsNote() throws IOException {
    if (files.contains("run.json")) {
      check(Kind.reports, "run.json", "queries are answered from the ledger without it");
    }
  }

  private void checkTold() throws IOException {
    for (String file : files) {
      if (file.startsWith(ToldPosition.FOLDER + "/")) {
        check(Kind.told, file, "its receiver is told again of what it has been told");
      }
    }
  }

  private void check(Kind kind, String file, String why) throws IOException {
    try (InputStream in = ledger.folder().open(file)) {
      SealedContent.open(kind, ledger.folder().file(file), in.readAllBytes());
    } catch (DamagedFileException e) {
      findings.add(harmless(e, why));
    } catch (FileNotFoundException | AccessDeniedException e) {
      // It has just been deleted, or it has a password that is another user's.
    }
  }

  private void checkSegments() throws IOException {
    for (NameSegment.Ref ref : look.checkpoint().orElseThrow().names()) {
      try {
        NameSegment.open(ledger.names(), ref);
      } catch (DamagedFileException e) {
        findings.add(
            look.damagedArchives().isEmpty()
                ? harmless(e, "the archives have the same, and the next run makes the index again")
                : problem(e, "which files were read is not known: " + BACKUP_OR_ANOTHER));
      }
    }
  }

  private void checkPlans() {
    look.planDamage()
        .ifPresent(
            damage ->
                findings.add(
                    problem(damage, "which files were read is not known: " + BACKUP_OR_ANOTHER)));
    for (DamagedFileException archive : look.damagedArchives()) {
      findings.add(problem(archive, "which files of logs its units have is not known: " + BACKUP));
    }
  }

  private void checkUnits() {
    for (LedgerLook.Seen seen : look.units()) {
      if (seen.receipt().isPresent()) {
        for (Map.Entry<ReportShape, TotalsLook> report : look.totals().entrySet()) {
          String name = report.getKey().name();
          if (!seen.receipt().get().isIn(report.getValue(), name, seen.unit().number())
              && !seen.receipt().get().tables().contains(name)) {
            findings.add(Finding.problem(ledger.withoutValues(seen.unit(), name).getMessage()));
          }
        }
      } else if (seen.damage() == null && look.isInSomeTotals(seen.unit())) {
        findings.add(
            lost(
                new DamagedFileException(ledger.receiptPath(seen.unit()), "it is missing"),
                seen.unit().number()));
      }
    }
  }

  private void checkRetryNotes() throws IOException {
    Set<String> there = new HashSet<>(ledger.entries(Kind.note).names(Ledger.UNIT));
    for (RetryNote note : look.retryNotes()) {
      if (!there.contains(note.name())) {
        findings.add(
            harmless(
                new DamagedFileException(
                    ledger.entries(Kind.note).path(note.name()), "it is missing"),
                "the receipt of its unit has the same; the next run writes it"));
      }
    }
  }

  private void checkTotals() throws IOException {
    for (Map.Entry<ReportShape, TotalsLook> report : look.totals().entrySet()) {
      TotalsLook totals = report.getValue();
      String path = totals.path();
      if (!isComplete(totals)) {
        findings.add(
            problem(
                new DamagedFileException(path, "units of the checkpoint are missing"),
                lacks(report.getKey())));
      } else if (totals.last() > look.lastUnit() && look.planDamage().isEmpty()) {
        findings.add(
            problem(
                new DamagedFileException(
                    path, "it has unit " + totals.last() + ", which no plan has"),
                "plans or a checkpoint are missing: " + BACKUP_OR_ANOTHER));
      } else if (look.checkpoint().orElseThrow().isNone()) {
        recompute(report.getKey(), totals);
      }
    }
  }

  /** Without a checkpoint all values are in receipts. */
  private void recompute(ReportShape report, TotalsLook totals) throws IOException {
    Map<Long, ReportTable> values = new LinkedHashMap<>();
    for (LedgerLook.Seen seen : look.units()) {
      if (totals.hasInSome(seen.unit().number())) {
        Optional<Receipt> receipt = ledger.readableReceipt(seen.unit());
        if (receipt.isEmpty() || !receipt.get().tables().containsKey(report.name())) {
          return;
        }
        values.put(seen.unit().number(), receipt.get().tables().get(report.name()));
      }
    }
    for (TotalsLog log : totals.logs()) {
      Totals kept = log.asItWas().totals(report.newTable());
      Totals again = Totals.empty(report.newTable());
      for (Map.Entry<Long, ReportTable> unit : values.entrySet()) {
        if (kept.has(unit.getKey())) {
          again.add(unit.getKey(), log.part().rowsOf(unit.getValue()));
        }
      }
      again.table().expire();
      if (!again.hasSameRows(kept)) {
        findings.add(
            problem(
                new DamagedFileException(
                    log.path(), "it has other values than the receipts of its units"),
                "the report " + report.name() + " is wrong: " + BACKUP_OR_ANOTHER));
      }
    }
  }

  private void checkForeign() {
    List<String> foreign = new ArrayList<>();
    List<String> leftovers = new ArrayList<>();
    for (String file : files.stream().sorted().toList()) {
      if (file.startsWith(TEMPORARY) || isLeftover(file, look)) {
        leftovers.add(file);
      } else if (!FILES.matcher(file).matches()) {
        foreign.add(file);
      }
    }
    ForeignFiles.finding(
            ledger.folder(), foreign, "the ledger has no such files, and nothing reads them")
        .ifPresent(findings::add);
    ForeignFiles.finding(
            ledger.folder(),
            leftovers,
            "left by attempts that were cut short, or just being written; check --repair deletes"
                + " them")
        .ifPresent(findings::add);
  }

  /** Whether a file is an archive or a segment that no checkpoint needs. */
  private static boolean isLeftover(String file, LedgerLook look) {
    boolean isArchive = file.matches("archive/.+\\.gz");
    if (!isArchive && !file.matches("names/.+\\.seg")) {
      return false;
    }
    String name = file.substring(file.indexOf('/') + 1);
    return !look.isReferenced(isArchive ? name.replaceAll("(~\\d+)?\\.gz$", "") : name);
  }

  /** The archives and segments of a ledger that no checkpoint needs, as a look has found it. */
  static List<String> leftovers(Ledger ledger, LedgerLook look) throws IOException {
    return files(ledger).stream().filter(file -> isLeftover(file, look)).sorted().toList();
  }
}
