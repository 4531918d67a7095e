package io.tailrace.it;

import io.tailrace.alert.Alert;
import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
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

  private static final Pattern FINISHED_FILE = Pattern.compile("unit-[0-9]{10}(-end)?\\.parquet");

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
    for (Unit unit : units()) {
      Optional<Receipt> receipt = ledger.receiptWithoutTables(unit);
      if (receipt.isPresent()) {
        Receipt.Counts counts = receipt.get().counts();
        total =
            new Total(
                total.units() + 1,
                total.records() + counts.records(),
                total.deadLetters() + counts.deadLetters(),
                total.sev0() + receipt.get().rows().getOrDefault("sev0", 0L));
      }
    }
    return total;
  }

  /** The records that the receipts count. */
  long records() throws IOException {
    long records = 0;
    for (Unit unit : units()) {
      records +=
          ledger.receiptWithoutTables(unit).map(known -> known.counts().records()).orElse(0L);
    }
    return records;
  }

  /** The files all of whose parts have receipts: they have been read and are not needed again. */
  Set<Path> readFiles() throws IOException {
    Set<String> read = new HashSet<>();
    Set<String> unread = new HashSet<>();
    for (Unit unit : units()) {
      Set<String> sources = ledger.receiptWithoutTables(unit).isPresent() ? read : unread;
      unit.slices().stream().map(Slice::source).forEach(sources::add);
    }
    read.removeAll(unread);
    return read.stream().map(Path::of).collect(Collectors.toSet());
  }

  /** The units that were planned so far. */
  List<Unit> units() throws IOException {
    List<Unit> units = new ArrayList<>();
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<Plan> plan; (plan = plans.next()).isPresent(); ) {
      units.addAll(plan.get().units());
    }
    return units;
  }

  /** The number of plans. */
  int plans() throws IOException {
    return ledger.folder().folder("plans").list("plan-", ".json").size();
  }

  /** The number of receipts. */
  int receipts() throws IOException {
    return names(ledger.folder().folder("receipts"), ".receipt").size();
  }

  /** Whether a unit is being read: its files are being written. */
  boolean isReading() throws IOException {
    return !names(ledger.temporary(), "").isEmpty();
  }

  /** Whether a unit's rows are in place and its receipt is not. */
  boolean isCommitting() throws IOException {
    Set<String> rows = new HashSet<>(logFiles("sev0"));
    rows.addAll(logFiles("dead_letters"));
    Set<String> receipts = names(ledger.folder().folder("receipts"), ".receipt");
    return rows.stream().anyMatch(name -> !receipts.contains(name));
  }

  /** The files of all units that have a receipt, and their receipts. */
  Map<Path, Stamp> finished() throws IOException {
    Path path = Path.of(folder.path());
    Map<Path, Stamp> stamps = new TreeMap<>();
    for (String unit : names(ledger.folder().folder("receipts"), ".receipt")) {
      for (Path file :
          List.of(
              path.resolve(Ledger.FOLDER).resolve("receipts").resolve(unit + ".receipt"),
              path.resolve("sev0").resolve(unit + ".parquet"),
              path.resolve("dead_letters").resolve(unit + ".parquet"))) {
        stamp(file).ifPresent(stamp -> stamps.put(file, stamp));
      }
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
    for (String log : List.of("sev0", "dead_letters", Alert.LOG.name())) {
      for (Path file : list(Path.of(folder.path(), log))) {
        if (!FINISHED_FILE.matcher(file.getFileName().toString()).matches()) {
          throw new AssertionError("in the way of who reads the log: " + file);
        }
        files.add(file);
      }
    }
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
