package io.tailrace.ledger;

import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.storage.StorageOptions;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * A ledger of {@code server-logs} as it is after a year in which files of one line came one by one:
 * each file is a unit in a plan of its own. The classes that fold plans make it, checkpoint by
 * checkpoint, so it has the files that a run of a year leaves. Plans go into archives at once; only
 * the last ones are written, get their receipts, and are folded as a run does it.
 */
public final class OldLedger {

  private static final long YEAR_MILLIS = 365L * 24 * 60 * 60 * 1000;

  /** A checkpoint takes so many plans when they come one by one. */
  private static final int PLANS_A_FOLD = 64;

  /** What so many checkpoints add is made at a time. */
  private static final int MERGED_FOLDS = 64;

  /** Plans that are folded from files of their own, into two checkpoints. */
  private static final int FOLDED_FROM_FILES = 2 * PLANS_A_FOLD;

  /** Plans behind the last checkpoint, a few too few for one more. */
  private static final int TAIL = 60;

  /** How long before it was planned a file was written. */
  private static final long SETTLE_MILLIS = 1_000;

  private static final int SERVERS = 10;
  private static final int SEVERITIES = 3;

  private static final Report VOLUME = Pipelines.SERVER_LOGS.reports().get(0);
  private static final int RECORDS = VOLUME.indexOf("records");
  private static final int[] OF_SEVERITY =
      IntStream.range(0, SEVERITIES)
          .map(severity -> VOLUME.indexOf("COUNT(*) FILTER (WHERE severity = " + severity + ")"))
          .toArray();
  private static final int FIRST_TIMESTAMP = VOLUME.indexOf("MIN(timestamp)");
  private static final int LAST_TIMESTAMP = VOLUME.indexOf("MAX(timestamp)");

  private final Ledger ledger;
  private final String input;
  private final long files;
  private final long firstMillis = System.currentTimeMillis() - YEAR_MILLIS;
  private final TotalsLog totals;

  private OldLedger(Folder output, String input, long files) {
    this.ledger = Ledger.of(output);
    this.input = input;
    this.files = files;
    this.totals = ledger.totalsLog(VOLUME.name());
  }

  /**
   * Makes a ledger in an output where there is none, and one new file in the input. The benchmarks
   * start it with the product on its class path.
   *
   * @param arguments the output, the folder in which the files were, and how many there were
   */
  public static void main(String[] arguments) throws IOException {
    // Nothing that is made here is worth a sync.
    FileSystems.setDefaultPipelineOptions(
        PipelineOptionsFactory.fromArgs("--durability=process").as(StorageOptions.class));
    String input = arguments[1];
    long files = Long.parseLong(arguments[2]);
    new OldLedger(Folder.of(arguments[0]), input, files).make();
    Files.writeString(Path.of(input, name(files)), line(files));
  }

  private static String name(long file) {
    return String.format("part-%08d.csv", file);
  }

  private static String line(long file) {
    return "s" + file % SERVERS + "," + file % SEVERITIES + "," + (file + 1) + "\n";
  }

  private void make() throws IOException {
    ledger.claim(
        Pipelines.SERVER_LOGS.name(), Reader.units.name(), TableFormat.parquet, List.of(VOLUME));
    long run = ledger.beginRun(List.of(VOLUME)).number();
    long first = files - TAIL - FOLDED_FROM_FILES;
    if (first >= PLANS_A_FOLD) {
      writeCheckpoint(first);
      writePlans(first);
    } else {
      writePlans(0);
    }
    ledger.noteEnd(run);
  }

  /** Writes the checkpoint of the first plans, with all that belongs to it. */
  private void writeCheckpoint(long plans) throws IOException {
    List<Archive.Ref> archives = new ArrayList<>();
    KnownNames names = KnownNames.open(ledger.names(), List.of());
    long first = 1;
    while (first <= plans) {
      // As long as archives are as small as this, eight always become one.
      boolean many = plans - first >= MERGED_FOLDS * PLANS_A_FOLD;
      List<Fold> folds = folds(first, plans, many ? MERGED_FOLDS : 1);
      long last = folds.get(folds.size() - 1).last();
      archives.add(write(first, last, folds));
      archives = merge(archives);
      Map<NameHash, Long> taken = new HashMap<>();
      folds.forEach(fold -> taken.putAll(fold.names()));
      for (NameSegment.Ref replaced :
          names.add(ledger.temporary(), UUID.randomUUID().toString(), taken).replaced()) {
        ledger.names().delete(replaced.file());
      }
      first = last + 1;
    }
    Checkpoint.Sums sums = Checkpoint.Sums.NONE;
    ReportTable table = VOLUME.newTable();
    for (long number = 1; number <= plans; number++) {
      addTo(table, number);
      sums = sums.with(unit(number), receipt(number, Map.of()));
    }
    BitSet units = new BitSet();
    units.set(1, Math.toIntExact(plans) + 1);
    totals.writeFirstBase(Totals.of(units, table));
    ledger.writeCheckpoint(
        new Checkpoint(
            plans / PLANS_A_FOLD,
            plans,
            plans,
            sums,
            names.refs(),
            archives,
            Map.of(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            List.of()));
  }

  private List<Archive.Ref> merge(List<Archive.Ref> archives) throws IOException {
    List<Archive.Ref> merged = ledger.archive().merge(archives, "merged-" + UUID.randomUUID());
    for (Archive.Ref ref : archives) {
      if (!merged.contains(ref)) {
        ledger.archive().entries().delete(ref.name(), ref.name()::equals);
      }
    }
    return merged;
  }

  private Archive.Ref write(long first, long last, List<Fold> folds) throws IOException {
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    for (Fold fold : folds) {
      together.write(fold.archive());
    }
    return ledger
        .archive()
        .write("plans-" + UUID.randomUUID(), first, last, together.toByteArray());
  }

  /** What one checkpoint adds. */
  private record Fold(long last, byte[] archive, Map<NameHash, Long> names) {}

  private List<Fold> folds(long first, long plans, int count) {
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(fold -> fold(first + (long) fold * PLANS_A_FOLD, plans))
        .toList();
  }

  private Fold fold(long first, long plans) {
    long next = first + PLANS_A_FOLD;
    long last = plans - next < PLANS_A_FOLD ? plans : next - 1;
    List<Archive.Line> lines = new ArrayList<>();
    Map<NameHash, Long> names = new HashMap<>();
    for (long number = first; number <= last; number++) {
      Unit unit = unit(number);
      Slice slice = unit.slices().get(0);
      lines.add(Archive.Line.of(number, plan(unit), List.of(receipt(number, Map.of()))));
      names.put(NameHash.of(slice.source()), NameHash.fingerprint(slice.size(), slice.modified()));
    }
    try {
      return new Fold(last, Archive.pack(lines), names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the other plans as a run does, and folds them when there are enough. */
  private void writePlans(long before) throws IOException {
    Folding folding = Folding.of(ledger);
    List<PlanEntry> tail = new ArrayList<>();
    for (long number = before + 1; number <= files; number++) {
      Unit unit = unit(number);
      ReportTable values = VOLUME.newTable();
      addTo(values, number);
      ledger.writePlan(number, plan(unit));
      ledger.writeReceipt(unit, receipt(number, Map.of(VOLUME.name(), values)));
      totals.add(List.of(UnitTable.of(number, values)));
      tail.add(PlanEntry.ofFile(number, plan(unit)));
      if (folding.fold(tail)) {
        tail.clear();
      }
    }
  }

  private static Plan plan(Unit unit) {
    return new Plan(List.of(unit), List.of());
  }

  private Unit unit(long number) {
    long file = number - 1;
    long planned = firstMillis + (long) ((double) YEAR_MILLIS * file / files);
    int size = line(file).length();
    Slice slice = new Slice(input + "/" + name(file), 0, size, size, planned - SETTLE_MILLIS);
    return new Unit(number, List.of(slice), 0, planned);
  }

  private static Receipt receipt(long unit, Map<String, ReportTable> tables) {
    long file = unit - 1;
    String log = Pipelines.SERVER_LOGS.logs().get(0).name();
    boolean severe = file % SEVERITIES == 0;
    return new Receipt(
        new Receipt.Counts(line(file).length(), 1, 0),
        Map.of(log, severe ? 1L : 0L, DeadLetter.LOG.name(), 0L),
        severe ? Map.of(log, List.of(logFile(unit))) : Map.of(),
        List.of(),
        Map.of(),
        tables);
  }

  /** The file of a log, which is not there itself. */
  private static LogFile logFile(long unit) {
    NameHash unlike = NameHash.of("unit " + unit);
    String name =
        String.format("unit-%010d-%s.parquet", unit, new UUID(unlike.high(), unlike.low()));
    return new LogFile(name, 600 + (unlike.high() & 0x3f), 1, unlike.low() >>> 32, null);
  }

  private static void addTo(ReportTable table, long unit) {
    long file = unit - 1;
    byte[] line = line(file).getBytes(StandardCharsets.US_ASCII);
    int row = table.row(line, 0, 2);
    table.addToSum(row, RECORDS, 1);
    table.addToSum(row, OF_SEVERITY[(int) (file % SEVERITIES)], 1);
    table.addToRange(row, FIRST_TIMESTAMP, LAST_TIMESTAMP, file + 1);
  }
}
