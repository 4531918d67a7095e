package io.tailrace.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TableFormat;
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
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Merging changes no data, and only what nobody needs any more is deleted. */
public final class CompactionTest {

  private static final Schema COLUMNS = Columns.with(Columns.none("numbers"), "n", ColumnType.LONG);
  private static final LogTable NUMBERS =
      LogTable.of("numbers", COLUMNS).thatGrows().in(TableFormat.delta);

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private Folder folder;
  private Ledger ledger;
  private DeltaTable table;

  @Before
  public void makeTable() throws IOException {
    Folder output = new Folder(temporary.getRoot().getAbsolutePath());
    folder = output.folder("numbers");
    ledger = Ledger.of(output);
    ledger.claim("tests", "units", TableFormat.delta, List.of());
    table = DeltaTable.in(folder);
    table.create(NUMBERS);
    for (long n = 1; n <= 5; n++) {
      Schema columns = n == 3 ? Columns.with(COLUMNS, "more", ColumnType.STRING) : COLUMNS;
      table.append(inTable(files(n, columns)), "test", n - 1, n);
    }
  }

  @Test
  public void smallFilesBecomeOneAndOlderVersionsStay() throws Exception {
    Compaction.Result result = new Compaction(table).run();
    assertThat(result, is(new Compaction.Result(6, 5, 1, 5)));
    TableVersion newest = DeltaTable.in(folder).newest().orElseThrow();
    assertThat(newest.files(), hasSize(1));
    assertThat(newest.files().get(0).rows(), is(5L));
    assertThat(table.version(5).files(), hasSize(5));
    String commit =
        Files.readString(Path.of(folder.path(), "_delta_log/00000000000000000006.json"));
    assertThat(commit, containsString("\"dataChange\":false"));
    assertThat(commit.contains("\"dataChange\":true"), is(false));
    assertThat(new Compaction(table).run().rows(), is(0L));
    table.append(inTable(files(6, COLUMNS)), "test", 5, 6);
    assertThat(DeltaTable.in(folder).newest().orElseThrow().files(), hasSize(2));
  }

  @Test
  public void filesStayInTheOrderInWhichTheyCame() throws Exception {
    DataFile written = inTable(files(6, COLUMNS)).get(0);
    // It is not that large, but the table says so: it is left as it is.
    DataFile large =
        new DataFile(
            written.name(),
            written.schema(),
            written.growing(),
            Compaction.SMALL_BYTES,
            written.modified(),
            written.statistics());
    table.append(List.of(large), "test", 5, 6);
    String last = last(table);
    assertThat(last, endsWith(written.name()));
    new Compaction(table).run();
    assertThat(table.newest().orElseThrow().files(), hasSize(2));
    assertThat(last(table), is(last));
    table.append(inTable(files(7, COLUMNS)), "test", 6, 7);
    assertThat(last(table), not(last));
  }

  private static String last(DeltaTable table) throws IOException {
    List<TableVersion.File> files = table.newest().orElseThrow().files();
    return files.get(files.size() - 1).path();
  }

  @Test
  public void onlyOldFilesThatNoVersionNeedsAreDeleted() throws Exception {
    // In no version yet, but its receipt says that it will be.
    List<LogFile> pending = files(7, COLUMNS);
    Unit unit = new Unit(1, List.of(new Slice("file", 0, 1, 1, 1)), 0);
    ledger.writePlan(1, new Plan(List.of(unit), List.of()));
    ledger.writeReceipt(
        unit,
        new Receipt(
            new Receipt.Counts(1, 1, 0),
            Map.of(),
            Map.of("numbers", pending),
            List.of(),
            Map.of(),
            Map.of()));
    files(8, COLUMNS);
    new Compaction(table).run();
    assertThat(new Vacuum(folder, ledger).run(Duration.ofDays(7)), is(0L));
    try (var all = Files.list(Path.of(folder.path()))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
      }
    }
    // The orphan alone: the others were in the table an instant ago.
    assertThat(new Vacuum(folder, ledger).run(Duration.ofDays(7)), is(1L));
    assertThat(new Vacuum(folder, ledger).run(Duration.ZERO), is(5L));
    for (TableVersion.File file : table.newest().orElseThrow().files()) {
      assertThat(Files.exists(Path.of(file.path())), is(true));
    }
    assertThat(Files.exists(Path.of(folder.file(pending.get(0).name()))), is(true));
  }

  private static List<DataFile> inTable(List<LogFile> files) {
    return files.stream().map(LogFile::table).toList();
  }

  private List<LogFile> files(long n, Schema columns) throws IOException {
    UnitLogWriter writer =
        UnitLogWriter.of(NUMBERS, new Unit(n, List.of(), 0).name(), folder, ledger.temporary());
    GenericData.Record row = new GenericData.Record(columns);
    row.put(0, n);
    writer.write(row);
    return writer.commit();
  }
}
