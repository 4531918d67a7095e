package io.tailrace.ledger;

import io.tailrace.options.TableFormat;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A ledger for a test. Each of its units has a file of ten bytes with one record, which its reports
 * count for one of ten keys.
 */
final class TestLedger {

  static final long BYTES = 10;
  static final long MODIFIED = 1_000_000_000_000L;

  private final Path root;
  private final Ledger ledger;
  private final List<Report> reports;

  TestLedger(Path root, String... reports) throws IOException {
    this.root = root;
    this.reports =
        Arrays.stream(reports)
            .map(
                name ->
                    new Report(
                        name,
                        List.of(Report.RECORDS),
                        List.of(Column.key("key"), Column.records(Report.RECORDS.name()))))
            .toList();
    this.ledger = Ledger.of(new Folder(root.resolve("output").toString()));
    ledger.claim("tests", "units", TableFormat.parquet, this.reports);
    Files.createDirectories(root.resolve("input"));
  }

  /** Splits its reports. */
  TestLedger inParts(int parts) throws IOException {
    if (parts > 1) {
      SplitReports.of(new Folder(root.resolve("output").toString()), parts);
    }
    return this;
  }

  Ledger ledger() {
    return ledger;
  }

  List<Report> reports() {
    return reports;
  }

  Ledger.Run beginRun() throws IOException {
    return ledger.beginRun(reports);
  }

  /** The file of a unit; it is not there unless it was delivered. */
  Path input(long unit) {
    return root.resolve("input").resolve(String.format("%06d.csv", unit));
  }

  /** Puts the file of a unit in its place. */
  void deliver(long unit) throws IOException {
    Files.write(input(unit), new byte[(int) BYTES]);
    Files.setLastModifiedTime(input(unit), FileTime.fromMillis(MODIFIED));
  }

  Unit unit(long number) {
    String source = input(number).toString();
    return new Unit(number, List.of(new Slice(source, 0, BYTES, BYTES, MODIFIED)), 0);
  }

  /** Tells whether it was this call that has written the plan. */
  boolean plan(long number, long... units) throws IOException {
    return ledger.writePlan(
        number, new Plan(LongStream.of(units).mapToObj(this::unit).toList(), List.of()));
  }

  /** Writes the receipts of units. */
  void read(long... units) throws IOException {
    for (long unit : units) {
      Map<String, ReportTable> tables = new LinkedHashMap<>();
      for (Report report : reports) {
        tables.put(report.name(), values(unit));
      }
      ledger.writeReceipt(unit(unit), receipt(tables));
    }
  }

  static Receipt receipt(Map<String, ReportTable> tables) {
    return new Receipt(
        new Receipt.Counts(BYTES, 1, 0), Map.of(), Map.of(), List.of(), Map.of(), tables);
  }

  static String key(long unit) {
    return "key-" + unit % 10;
  }

  static ReportTable noValues() {
    return new ReportTable(Report.RECORDS.merge());
  }

  static ReportTable values(long unit) {
    ReportTable table = noValues();
    table.add(table.row(key(unit)), 0, 1);
    return table;
  }

  static List<UnitTable> values(LongStream units) throws IOException {
    List<UnitTable> values = new ArrayList<>();
    for (long unit : units.toArray()) {
      values.add(UnitTable.of(unit, values(unit)));
    }
    return values;
  }

  /** Adds units to the totals of a report. */
  void addToTotals(String report, long... units) throws IOException {
    add(ledger, report, values(LongStream.of(units)));
  }

  /** Adds values to the totals of a report, in whatever parts it has. */
  static void add(Ledger ledger, String report, List<UnitTable> values) throws IOException {
    ledger
        .reportTotals(report)
        .add(Part.whole(report), values, new OpenLogs(ledger), false, rows -> {});
  }

  /** The totals of a report, of all its parts. */
  static ReportTable totals(Ledger ledger, Report report) throws IOException {
    ReportTable all = report.newTable();
    ledger.totals(report, all::merge);
    return all;
  }

  /** A file of the ledger, by its path there. */
  Path file(String path) {
    return Path.of(ledger.folder().path(), path);
  }

  /** The only file of the ledger's folder whose name begins so. */
  Path fileOf(String folder, String prefix) throws IOException {
    List<String> names = ledger.folder().folder(folder).list(prefix, "");
    if (names.size() != 1) {
      throw new IOException(folder + "/" + prefix + ": " + names);
    }
    return file(folder).resolve(names.get(0));
  }

  /** The names of files in a folder of the ledger. */
  List<String> files(String folder) throws IOException {
    return ledger.folder().folder(folder).list("", "");
  }

  /** How many files the ledger has in all. */
  long countFiles() throws IOException {
    try (Stream<Path> files = Files.walk(file(""))) {
      return files.filter(Files::isRegularFile).count();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Turns a bit in the middle of a file. */
  static void damage(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }

  /** All plans that a reader finds now. */
  static List<PlanEntry> all(PlanReader plans) throws IOException {
    List<PlanEntry> all = new ArrayList<>();
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      all.add(plan.get());
    }
    return all;
  }

  /** The numbers of the units of all plans that a reader finds now. */
  static List<Long> units(PlanReader plans) throws IOException {
    return all(plans).stream().flatMap(plan -> plan.units().stream()).map(Unit::number).toList();
  }

  static Map<String, Long> rows(ReportTable table) {
    Map<String, Long> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(table.key(row), table.number(row, 0).longValue());
    }
    return rows;
  }

  /** The rows of a report that has each of these units once. */
  static Map<String, Long> rows(LongStream units) {
    Map<String, Long> rows = new TreeMap<>();
    units.forEach(unit -> rows.merge(key(unit), 1L, Long::sum));
    return rows;
  }
}
