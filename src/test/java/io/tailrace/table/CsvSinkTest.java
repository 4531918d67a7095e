package io.tailrace.table;

import static org.junit.Assert.assertEquals;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class CsvSinkTest {

  private static final int SEED = 11;
  private static final int ROWS = 20_000;
  private static final int LONGEST_TEXT = 8;
  private static final String[] CHARACTERS = {
    "\"", "\"", ",", ",", "\r", "\n", "\r\n", " ", "'", "\\", ";", "\t", "#", "a", "NULL", "ß", "日",
    "🌊", "\ufeff"
  };

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final Random random = new Random(SEED);

  @Test
  public void queriesReadBackWhatWasWritten() throws Exception {
    List<DeadLetter> rows = new ArrayList<>();
    rows.add(new DeadLetter(null, null, null, "", ""));
    rows.add(new DeadLetter("", 0L, -1L, "\"", "\"\""));
    rows.add(new DeadLetter("\r", Long.MAX_VALUE, Long.MIN_VALUE, "\n", "\r\n"));
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          new DeadLetter(
              random.nextInt(4) == 0 ? null : randomText(),
              random.nextInt(4) == 0 ? null : random.nextLong(),
              random.nextInt(4) == 0 ? null : random.nextLong(),
              randomText(),
              randomText()));
    }
    write(rows);
    List<DeadLetter> read = read();
    for (int i = 0; i < rows.size(); i++) {
      assertEquals("row " + i, rows.get(i), read.get(i));
    }
    assertEquals(rows.size(), read.size());
  }

  private String randomText() {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(LONGEST_TEXT); length > 0; length--) {
      text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }

  @Test
  public void quotesOnlyWhatNeedsThem() throws Exception {
    write(
        List.of(
            new DeadLetter("a.csv", 1L, 0L, "why", "plain 'text'"),
            new DeadLetter(null, null, null, "", "a,\"b\"")));
    assertEquals(
        "source,line,offset,reason,raw,sliceOffset,sliceLine\n"
            + "a.csv,1,0,why,plain 'text',,\n,,,\"\",\"a,\"\"b\"\"\",,\n",
        Files.readString(file()));
  }

  private void write(List<DeadLetter> rows) throws IOException {
    Files.createDirectories(file().getParent());
    try (FileChannel channel =
        FileChannel.open(file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      LogSink sink = LogSink.of(DeadLetter.LOG.in(TableFormat.csv), () -> channel);
      rows.forEach(row -> sink.write(row.toRow()));
      sink.finish();
    }
  }

  /** Reads the log of an output as the query command does. */
  private List<DeadLetter> read() throws IOException, SQLException {
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    Folder output = new Folder(output().toString());
    Ledger.of(output)
        .claim(pipeline.name(), Reader.units.name(), TableFormat.csv, pipeline.reports());
    Unit unit = new Unit(1, List.of(), 0);
    byte[] bytes = Files.readAllBytes(file());
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    LogFile file =
        new LogFile(file().getFileName().toString(), bytes.length, 2, crc.getValue(), null);
    Ledger.of(output).writePlan(1, new Plan(List.of(unit), List.of()));
    Ledger.of(output)
        .writeReceipt(
            unit,
            new Receipt(
                new Receipt.Counts(0, 0, 2),
                Map.of(),
                Map.of(DeadLetter.LOG.name(), List.of(file)),
                List.of(),
                Map.of(),
                Map.of()));
    List<DeadLetter> rows = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      engine.query(
          "SELECT source, line, \"offset\", reason, raw FROM dead_letters",
          answer -> {
            while (answer.next()) {
              rows.add(
                  new DeadLetter(
                      answer.getString(1),
                      (Long) answer.getObject(2),
                      (Long) answer.getObject(3),
                      answer.getString(4),
                      answer.getString(5)));
            }
          });
    }
    return rows;
  }

  private Path output() {
    return temporary.getRoot().toPath().toAbsolutePath().resolve("output");
  }

  private Path file() {
    return output().resolve(DeadLetter.LOG.name()).resolve("unit-0000000001.csv");
  }
}
