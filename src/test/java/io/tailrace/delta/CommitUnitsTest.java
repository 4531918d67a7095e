package io.tailrace.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions.CommitEvery;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import io.tailrace.table.UnitLogWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whatever happens, the table has the rows of each unit with a receipt once, in their order. */
public final class CommitUnitsTest {

  private static final Schema COLUMNS =
      Columns.with(Columns.none("numbers"), "unit", ColumnType.LONG);
  private static final LogTable NUMBERS =
      LogTable.of("numbers", COLUMNS).thatGrows().in(TableFormat.delta);

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Folder output;
  private Ledger ledger;
  private long run;
  private long plans;
  private long units;

  @Before
  public void makeLedger() throws IOException {
    output = new Folder(temporary.getRoot().getAbsolutePath());
    ledger = Ledger.of(output);
    ledger.claim("tests", "units", TableFormat.delta, List.of());
    run = ledger.beginRun(List.of()).number();
  }

  @Test
  public void whatARunHadNoTimeToAddTheNextOneAdds() throws Exception {
    plan(2);
    receipt(1, COLUMNS);
    receipt(2, COLUMNS);
    commits().begin(ledger, run);
    assertThat(units(newest()), contains(1L, 2L));
    assertThat(newest().number(), is(1L));
  }

  @Test
  public void whatIsThereIsNotAddedAgain() throws Exception {
    plan(1);
    receipt(1, COLUMNS);
    commits().begin(ledger, run);
    // An attempt that somebody thought dead has finished after all, with a file of its own.
    receipt(1, COLUMNS);
    commits().begin(ledger, run);
    commits().advance(ledger, run);
    assertThat(units(newest()), contains(1L));
    assertThat(newest().number(), is(1L));
  }

  @Test
  public void aUnitWithoutReceiptIsWaitedFor() throws Exception {
    plan(3);
    receipt(1, COLUMNS);
    receipt(3, COLUMNS);
    CommitUnits commits = commits();
    commits.begin(ledger, run);
    assertThat(units(newest()), contains(1L));
    receipt(2, COLUMNS);
    commits.advance(ledger, run);
    assertThat(units(newest()), contains(1L, 2L, 3L));
    assertThat(newest().number(), is(2L));
  }

  @Test
  public void aVersionHasUnitsOfOnePollOrOfOneFile() throws Exception {
    plan(2);
    plan(2);
    for (long unit = 1; unit <= 4; unit++) {
      receipt(unit, COLUMNS);
    }
    commits().begin(ledger, run);
    assertThat(newest().number(), is(2L));
    plan(2);
    receipt(5, COLUMNS);
    receipt(6, COLUMNS);
    new CommitUnits(output, List.of(NUMBERS), CommitEvery.file).begin(ledger, run);
    assertThat(newest().number(), is(4L));
  }

  @Test
  public void unitsWithoutRowsMakeNoVersion() throws Exception {
    plan(2);
    writeReceipt(1, List.of());
    receipt(2, COLUMNS);
    plan(1);
    writeReceipt(3, List.of());
    commits().begin(ledger, run);
    assertThat(newest().number(), is(1L));
    assertThat(units(newest()), contains(2L));
  }

  @Test
  public void aRunThatHasLostItsRightsAddsNothing() throws Exception {
    CommitUnits commits = commits();
    commits.begin(ledger, run);
    plan(1);
    receipt(1, COLUMNS);
    ledger.beginRun(List.of());
    commits.advance(ledger, run);
    assertThat(newest().number(), is(0L));
  }

  @Test
  public void ofTwoThatAddTheSameOneDoes() throws Exception {
    commits().begin(ledger, run);
    plan(1);
    List<DataFile> files = inTable(receipt(1, COLUMNS));
    DeltaTable one = table();
    DeltaTable other = table();
    assertThat(one.position("writer"), is(0L));
    assertThat(other.position("writer"), is(0L));
    assertThat(one.append(files, "writer", 0, 1), is(true));
    assertThat(other.append(files, "writer", 0, 1), is(false));
    assertThat(other.position("writer"), is(1L));
    assertThat(units(newest()), contains(1L));
  }

  @Test
  public void manyWritersLoseNothing() throws Exception {
    commits().begin(ledger, run);
    int writers = 4;
    int appends = 10;
    plan(writers * appends);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        long first = 1 + (long) writer * appends;
        String name = "writer-" + writer;
        DeltaTable table = table();
        all.add(
            threads.submit(
                () -> {
                  for (long i = 0; i < appends; i++) {
                    // New columns are the harder case: they change what the others have seen.
                    Schema columns =
                        i % 5 == 4
                            ? Columns.with(COLUMNS, name + "-" + i, ColumnType.STRING)
                            : COLUMNS;
                    table.append(inTable(files(first + i, columns)), name, i, i + 1);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(newest().number(), is((long) writers * appends));
    assertThat(
        units(newest()), is(LongStream.rangeClosed(1, (long) writers * appends).boxed().toList()));
    assertThat(newest().columns().size(), is(1 + writers * 2));
    Path log = Path.of(output.path(), "numbers", "_delta_log");
    assertThat(
        List.of(log.toFile().list()), hasItem(startsWith("00000000000000000010.checkpoint")));
    for (long version = 0; version <= writers * appends; version++) {
      assertThat(table().version(version).files().size(), is((int) version));
    }
  }

  @Test
  public void whatAKilledProcessLeftOfAVersionIsInNobodysWay() throws Exception {
    commits().begin(ledger, run);
    Path log = Path.of(output.path(), "numbers", "_delta_log");
    Files.writeString(log.resolve(".00000000000000000001.json.half"), "{\"commitInfo\":{\"ti");
    Files.writeString(Path.of(output.path(), "numbers", "unit-0000000001-orphan-0.parquet"), "PAR");
    plan(1);
    receipt(1, COLUMNS);
    commits().advance(ledger, run);
    assertThat(units(newest()), contains(1L));
  }

  @Test
  public void ofTwoProcessesThatWriteAVersionOneSucceeds() throws Exception {
    LocalTableLog log = new LocalTableLog(new org.apache.hadoop.conf.Configuration());
    org.apache.hadoop.fs.Path version =
        new org.apache.hadoop.fs.Path(temporary.getRoot().toURI().toString(), "1.json");
    log.write(version, List.of("one").iterator(), false, log.initHadoopConf());
    assertThrows(
        java.nio.file.FileAlreadyExistsException.class,
        () -> log.write(version, List.of("two").iterator(), false, log.initHadoopConf()));
    assertThat(Files.readString(Path.of(version.toUri())), is("one\n"));
  }

  @Test
  public void typesThatAKilledRunHadChosenAreNotChanged() throws Exception {
    commits().begin(ledger, run);
    plan(1);
    receipt(1, Columns.with(COLUMNS, "x", ColumnType.STRING));
    Schema other = Columns.with(COLUMNS, "x", ColumnType.DOUBLE);
    LogTable log = LogTable.of("numbers", other).thatGrows().in(TableFormat.delta);
    CommitUnits commits = new CommitUnits(output, List.of(log), CommitEvery.refresh);
    UsageException refused = assertThrows(UsageException.class, () -> commits.begin(ledger, run));
    assertThat(refused.getMessage(), containsString("column x of the table is string"));
    assertThat(units(newest()), contains(1L));

    // Nor is it tried again and again where both came up in one run.
    plan(1);
    receipt(2, other);
    assertThrows(UsageException.class, () -> commits().advance(ledger, run));
    assertThat(units(newest()), contains(1L));
  }

  private static List<DataFile> inTable(List<LogFile> files) {
    return files.stream().map(LogFile::table).toList();
  }

  private CommitUnits commits() {
    return new CommitUnits(output, List.of(NUMBERS), CommitEvery.refresh);
  }

  private DeltaTable table() {
    return DeltaTable.in(output.folder("numbers"));
  }

  private TableVersion newest() throws IOException {
    return table().newest().orElseThrow();
  }

  /** The units whose files are in a version, by their numbers. */
  private static List<Long> units(TableVersion version) {
    return version.files().stream()
        .map(file -> file.path().replaceFirst(".*/unit-([0-9]+)-.*", "$1"))
        .map(Long::valueOf)
        .sorted()
        .toList();
  }

  private void plan(int count) throws IOException {
    List<Unit> planned = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      planned.add(unit(++units));
    }
    ledger.writePlan(++plans, new Plan(planned, List.of()));
  }

  private static Unit unit(long number) {
    return new Unit(number, List.of(new Slice("file-" + number, 0, 1, 1, 1)), 0);
  }

  private List<LogFile> receipt(long unit, Schema columns) throws IOException {
    List<LogFile> files = files(unit, columns);
    writeReceipt(unit, files);
    return files;
  }

  private void writeReceipt(long unit, List<LogFile> files) throws IOException {
    ledger.writeReceipt(
        unit(unit),
        new Receipt(
            new Receipt.Counts(1, files.size(), 0),
            Map.of(),
            files.isEmpty() ? Map.of() : Map.of("numbers", files),
            List.of(),
            Map.of(),
            Map.of()));
  }

  private List<LogFile> files(long unit, Schema columns) throws IOException {
    UnitLogWriter writer =
        UnitLogWriter.of(NUMBERS, unit(unit).name(), output.folder("numbers"), ledger.temporary());
    GenericData.Record row = new GenericData.Record(columns);
    row.put(0, unit);
    writer.write(row);
    return writer.commit();
  }
}
