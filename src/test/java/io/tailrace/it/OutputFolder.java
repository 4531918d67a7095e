package io.tailrace.it;

import io.tailrace.alert.Alert;
import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is in an output's folder, whether a run writes it or not. */
final class OutputFolder {

  private static final Pattern FINISHED_FILE =
      Pattern.compile("unit-[0-9]{10}(-end)?-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.parquet");

  private static final int UNIT_NAME_LENGTH = new Unit(0, List.of(), 0).name().length();

  private final Folder folder;
  private final Ledger ledger;

  OutputFolder(Path path) {
    this(new Folder(path.toString()));
  }

  /** One that may be on another storage. Its files can be looked at only where they are paths. */
  OutputFolder(Folder folder) {
    this.folder = folder;
    this.ledger = Ledger.of(folder);
  }

  /**
   * What the receipts say together.
   *
   * @param units how many units have one
   * @param records lines that were records
   * @param deadLetters lines that were none
   * @param sev0 rows of the SEV0 log
   */
  record Total(int units, long records, long deadLetters, long sev0) {}

  /** A file's identity, size and times: equal as long as nobody has put another in its place. */
  record Stamp(Object key, long size, long modified) {}

  /** What the receipts say together, now. */
  Total total() throws IOException {
    Total total = new Total(0, 0, 0, 0);
    for (Receipt receipt : byUnit().values().stream().flatMap(Optional::stream).toList()) {
      Receipt.Counts counts = receipt.counts();
      total =
          new Total(
              total.units() + 1,
              total.records() + counts.records(),
              total.deadLetters() + counts.deadLetters(),
              total.sev0() + receipt.rows().getOrDefault("sev0", 0L));
    }
    return total;
  }

  /** The records that the receipts count. */
  long records() throws IOException {
    return total().records();
  }

  /** The files all of whose parts have receipts: they have been read and are not needed again. */
  Set<Path> readFiles() throws IOException {
    Set<String> read = new HashSet<>();
    Set<String> unread = new HashSet<>();
    byUnit()
        .forEach(
            (unit, receipt) ->
                unit.slices().stream()
                    .map(Slice::source)
                    .forEach(receipt.isPresent() ? read::add : unread::add));
    read.removeAll(unread);
    return read.stream().map(Path::of).collect(Collectors.toSet());
  }

  /** The units that were planned so far. */
  List<Unit> units() throws IOException {
    return List.copyOf(byUnit().keySet());
  }

  /** The units that were planned so far, in their order, with their receipts. */
  private Map<Unit, Optional<Receipt>> byUnit() throws IOException {
    while (true) {
      Map<Unit, Optional<Receipt>> units = new LinkedHashMap<>();
      long folded = ledger.checkpoint().lastUnit();
      PlanReader plans = ledger.plansFrom(1);
      for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
        for (Unit unit : plan.get().units()) {
          units.put(unit, plan.get().receipt(ledger, unit));
        }
      }
      if (ledger.checkpoint().lastUnit() == folded) {
        return units;
      }
      // What was read in a file of its own may have gone to an archive meanwhile.
    }
  }

  /** The number of plans. */
  int plans() throws IOException {
    long folded = ledger.checkpoint().lastPlan();
    List<String> names = ledger.folder().folder("plans").list("plan-", ".plan");
    return (int) (names.isEmpty() ? folded : Math.max(folded, lastNumber(names)));
  }

  private static long lastNumber(List<String> plans) {
    return Long.parseLong(plans.get(plans.size() - 1).replaceAll("[^0-9]*([0-9]{10}).*", "$1"));
  }

  /** The number of receipts. */
  int receipts() throws IOException {
    Checkpoint checkpoint = ledger.checkpoint();
    Set<String> units = receiptUnits();
    units.removeIf(unit -> Long.parseLong(unit.substring(5)) <= checkpoint.lastUnit());
    return (int) checkpoint.lastUnit() + units.size();
  }

  /** The names of the units whose receipts are files of their own. */
  private Set<String> receiptUnits() throws IOException {
    return unitsOf(names(ledger.folder().folder("receipts"), ".receipt"));
  }

  private static Set<String> unitsOf(Set<String> names) {
    return names.stream()
        .map(name -> name.substring(0, UNIT_NAME_LENGTH))
        .collect(Collectors.toSet());
  }

  /** Whether a unit is being read: its files are being written. */
  boolean isReading() throws IOException {
    return !names(ledger.temporary(), "").isEmpty();
  }

  /** Whether a unit's rows are in place and its receipt is not. */
  boolean isCommitting() throws IOException {
    Set<String> rows = unitsOf(logFiles("sev0"));
    rows.addAll(unitsOf(logFiles("dead_letters")));
    Set<String> receipts = receiptUnits();
    long folded = ledger.checkpoint().lastUnit();
    return rows.stream()
        .anyMatch(unit -> !receipts.contains(unit) && Long.parseLong(unit.substring(5)) > folded);
  }

  /** The files of logs that receipts name: they never change. */
  Map<Path, Stamp> finished() throws IOException {
    Path path = Path.of(folder.path());
    List<Path> files = new ArrayList<>();
    for (Map.Entry<Unit, Optional<Receipt>> unit : byUnit().entrySet()) {
      if (unit.getValue().isPresent()) {
        unit.getValue()
            .get()
            .files()
            .forEach(
                (log, ofLog) ->
                    ofLog.forEach(file -> files.add(path.resolve(log).resolve(file.name()))));
      }
    }
    Map<Path, Stamp> stamps = new TreeMap<>();
    for (Path file : files) {
      stamp(file).ifPresent(stamp -> stamps.put(file, stamp));
    }
    return stamps;
  }

  private static Optional<Stamp> stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(
              attributes.fileKey(), attributes.size(), attributes.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads all rows of all files of the logs that are there now, as a reader would that knows
   * nothing of Tailrace.
   *
   * @throws AssertionError if a file is not a finished one
   * @throws SQLException if a file cannot be read to its end
   */
  void readLogs() throws IOException, SQLException {
    List<Path> files = new ArrayList<>();
    for (String log : List.of("sev0", "dead_letters", Alert.LOG_NAME)) {
      for (Path file : list(Path.of(folder.path(), log))) {
        if (!FINISHED_FILE.matcher(file.getFileName().toString()).matches()) {
          throw new AssertionError("in the way of who reads the log: " + file);
        }
        files.add(file);
      }
    }
    try {
      read(files);
    } catch (SQLException e) {
      if (files.stream().allMatch(Files::exists)) {
        throw e;
      }
      // One that an attempt had left has been deleted meanwhile.
      readLogs();
    }
  }

  private static void read(List<Path> files) throws SQLException {
    if (files.isEmpty()) {
      return;
    }
    String list =
        files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(",", "[", "]"));
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*), sum(hash(t)) FROM read_parquet("
                    + list
                    + ", union_by_name = true) t")) {
      rows.next();
    }
  }

  /** How many versions a Delta table has. */
  int versions(String table) throws IOException {
    return names(folder.folder(table).folder("_delta_log"), ".json").size();
  }

  /**
   * Reads all versions of a Delta table, which must grow.
   *
   * @throws AssertionError if one cannot be read, or the last one has not so many rows
   */
  void readVersions(String table, long rows) throws IOException {
    DeltaTable delta = DeltaTable.in(folder.folder(table));
    long before = 0;
    for (long number = 0; number < versions(table); number++) {
      long now = 0;
      for (TableVersion.File file : delta.version(number).files()) {
        if (Files.size(Path.of(file.path())) != file.bytes()) {
          throw new AssertionError("not what the version says: " + file);
        }
        now += file.rows();
      }
      if (now < before || now == before && number > 0) {
        throw new AssertionError("version " + number + " has added nothing");
      }
      before = now;
    }
    if (before != rows) {
      throw new AssertionError(before + " rows, not " + rows);
    }
  }

  /** The names of the Parquet files of a log. */
  Set<String> logFiles(String log) throws IOException {
    return names(folder.folder(log), ".parquet");
  }

  /** The names, without their suffix, of a folder's files; none if it is not there. */
  private static Set<String> names(Folder folder, String suffix) throws IOException {
    return folder.list("", suffix).stream()
        .filter(name -> !name.startsWith("."))
        .map(name -> name.substring(0, name.length() - suffix.length()))
        .collect(Collectors.toSet());
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
