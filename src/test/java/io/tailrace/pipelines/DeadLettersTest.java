package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TableFormat;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogSink;
import io.tailrace.table.LogTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given a file with bad lines, their numbers are those that an editor shows. */
public final class DeadLettersTest {

  private static final String LINES = "SELECT line FROM dead_letters ORDER BY \"offset\"";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final LogPipeline pipeline = Pipelines.SERVER_LOGS;
  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  @Test
  public void linesOfALargeFileAreThoseOfTheFileInEachFormat() throws Exception {
    Random random = new Random(18);
    StringBuilder text = new StringBuilder("\ufeff");
    List<String> bad = new ArrayList<>();
    for (int line = 1; line <= 2_000; line++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          text.append("bad ").append("x".repeat(random.nextInt(300)));
          bad.add(String.valueOf(line));
        }
        case 1 -> text.append(random.nextBoolean() ? "" : " \t");
        default -> text.append("s1,2,").append(line);
      }
      text.append(line == 2_000 ? "" : random.nextBoolean() ? "\r\n" : "\n");
    }
    Files.writeString(input.resolve("a.csv"), text);
    for (TableFormat format : List.of(TableFormat.parquet, TableFormat.csv)) {
      Path cut = folder.getRoot().toPath().resolve("output-" + format);
      TestRun.run(pipeline, input, cut, "--unitSize=997", "--logFormat=" + format);
      assertThat(inOrder(cut, LINES), is(bad));
      assertThat(newest(cut, 3), is(bad.subList(bad.size() - 3, bad.size())));
      assertThat(
          TestRun.ask(pipeline, cut, "SELECT count(line) FROM dead_letters WHERE line > 1000"),
          contains(String.valueOf(bad.stream().filter(line -> line.length() == 4).count())));
    }
  }

  @Test
  public void aLineIsNullUntilAllBeforeItWereRead() throws Exception {
    Files.writeString(input.resolve("a.csv"), "first\ns1,2,1\nsecond\ns1,2,2\nthird\n");
    TestRun.run(pipeline, input, output, "--unitSize=10");
    assertThat(inOrder(output, LINES), contains("1", "3", "5"));
    // As if it had been killed in between.
    Ledger ledger = Ledger.of(new Folder(output.toString()));
    Path receipt = receiptOfUnit2(ledger);
    byte[] content = Files.readAllBytes(receipt);
    Files.delete(receipt);
    ledger.folder().folder("totals").clear();
    assertThat(inOrder(output, LINES), contains("1", null));
    Files.write(receipt, content);
    assertThat(inOrder(output, LINES), contains("1", "3", "5"));
  }

  @Test
  public void nobodyHasBadLines() throws Exception {
    Files.writeString(input.resolve("a.csv"), "s1,2,1\n".repeat(100));
    TestRun.run(pipeline, input, output, "--unitSize=100");
    assertThat(inOrder(output, LINES), is(empty()));
    assertThat(newest(output, 3), is(empty()));
  }

  @Test
  public void filesAndReceiptsAsTheyWereOnceAreReadBesideThoseOfToday() throws Exception {
    for (TableFormat format : List.of(TableFormat.parquet, TableFormat.csv)) {
      Path old = folder.getRoot().toPath().resolve("old-" + format);
      for (String name : List.of("a.csv", "b.csv")) {
        Files.writeString(input.resolve(name), "first\ns1,2,1\nsecond\ns1,2,2\nthird\n");
        TestRun.run(pipeline, input, old, "--unitSize=10", "--logFormat=" + format);
      }
      List<String> rows = inOrder(old, ALL);
      Ledger ledger = Ledger.of(new Folder(old.toString()));
      Unit unit = unit2(ledger);
      Receipt receipt = ledger.receipt(unit).orElseThrow();
      LogFile file =
          writeAsOnce(old, format, unit.name(), List.of(input.resolve("a.csv") + "|3|13|second"));
      replace(ledger, unit, receipt, file, receipt.slices());
      assertThat("the rows are as before", inOrder(old, ALL), is(rows));
      replace(ledger, unit, receipt, file, Map.of());
      assertThat(
          inOrder(old, ALL),
          contains(
              "a.csv|1|0|first",
              "a.csv|3|13|second",
              "a.csv|null|27|third",
              "b.csv|1|0|first",
              "b.csv|3|13|second",
              "b.csv|5|27|third"));
    }
  }

  private static Unit unit2(Ledger ledger) throws IOException {
    return ledger.plan(1).orElseThrow().units().get(1);
  }

  private static Path receiptOfUnit2(Ledger ledger) throws IOException {
    Folder receipts = ledger.folder().folder("receipts");
    return Path.of(receipts.file(receipts.list(unit2(ledger).name(), ".receipt").get(0)));
  }

  private static void replace(
      Ledger ledger,
      Unit unit,
      Receipt receipt,
      LogFile deadLetters,
      Map<Integer, Receipt.SliceCounts> slices)
      throws IOException {
    Files.delete(receiptOfUnit2(ledger));
    ledger.writeReceipt(
        unit,
        new Receipt(
            receipt.counts(),
            receipt.rows(),
            Map.of("dead_letters", List.of(deadLetters)),
            receipt.unread(),
            slices,
            receipt.tables()));
  }

  private static final String ALL =
      "SELECT concat_ws('|', parse_filename(source), coalesce(line::VARCHAR, 'null'),"
          + " \"offset\", raw) FROM dead_letters ORDER BY source, \"offset\"";

  private static LogFile writeAsOnce(
      Path output, TableFormat format, String unit, List<String> rows) throws IOException {
    Schema columns =
        SchemaBuilder.record("DeadLetter")
            .namespace("io.tailrace")
            .fields()
            .optionalString("source")
            .optionalLong("line")
            .optionalLong("offset")
            .requiredString("reason")
            .requiredString("raw")
            .endRecord();
    LogTable log = LogTable.of("dead_letters", columns).in(format);
    Path file = output.resolve("dead_letters").resolve(unit + log.suffix());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WritableByteChannel channel = Channels.newChannel(bytes);
    LogSink sink = LogSink.of(log, () -> channel);
    for (String row : rows) {
      String[] values = row.split("\\|");
      sink.write(
          new GenericRecordBuilder(columns)
              .set("source", values[0])
              .set("line", Long.valueOf(values[1]))
              .set("offset", Long.valueOf(values[2]))
              .set("reason", "why")
              .set("raw", values[3])
              .build());
    }
    sink.finish();
    Files.write(file, bytes.toByteArray());
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return new LogFile(
        file.getFileName().toString(), bytes.size(), rows.size(), crc.getValue(), null);
  }

  private List<String> newest(Path output, int limit) throws Exception {
    List<String> lines = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      LogTable log =
          engine.logs().stream().filter(one -> one.name().equals("dead_letters")).findFirst().get();
      engine.newest(
          log,
          limit,
          rows -> {
            while (rows.next()) {
              lines.add(rows.getString("line"));
            }
          });
    }
    return lines;
  }

  private List<String> inOrder(Path output, String sql) throws Exception {
    List<String> values = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      engine.query(
          sql,
          rows -> {
            while (rows.next()) {
              values.add(rows.getString(1));
            }
          });
    }
    return values;
  }
}
