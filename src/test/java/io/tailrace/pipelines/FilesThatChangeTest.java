package io.tailrace.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.RetryNote;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files that have nothing yet, or cannot be read yet, are read once that has changed, and once. */
public final class FilesThatChangeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final LogPipeline pipeline = Pipelines.SERVER_LOGS;
  private Path input;
  private Path output;

  /** Each content is written later than the one before. */
  private long clock = System.currentTimeMillis() - 1_000_000;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  @Test
  public void whatHadNothingToCountIsReadWhenItHas() throws Exception {
    Map<String, byte[]> nothing = new TreeMap<>();
    nothing.put("empty.csv", bytes(""));
    nothing.put("empty.csv.gz", bytes(""));
    nothing.put("packed.csv.gz", pack(""));
    nothing.put("header.csv", bytes("serverID,severity,timestamp\n"));
    nothing.put("header.csv.gz", pack("serverID,severity,timestamp"));
    nothing.put("mark.csv", bytes("\ufeff"));
    nothing.put("blank.csv", bytes("\n\r\n \t\n"));
    write("full.csv", bytes("serverID,severity,timestamp\nfull,2,1\n"));
    for (Map.Entry<String, byte[]> file : nothing.entrySet()) {
      write(file.getKey(), file.getValue());
    }
    assertThat(records(), is("1"));
    assertThat("it stays as it is", records(), is("1"));
    for (String name : nothing.keySet()) {
      String text = "serverID,severity,timestamp\n" + name + ",2,1\n" + name + ",2,2\n";
      write(name, name.endsWith(".gz") ? pack(text) : bytes(text));
    }
    write("full.csv", bytes("serverID,severity,timestamp\nfull,2,1\nfull,2,2\n"));
    assertThat("what was read counts, and is not read again", records(), is("15"));
    assertThat(records(), is("15"));
    for (String name : nothing.keySet()) {
      write(name, bytes("serverID,severity,timestamp\n" + name + ",2,1\n".repeat(9)));
    }
    assertThat("something of them was counted", records(), is("15"));
    assertThat(TestRun.ask(pipeline, output, "SELECT * FROM dead_letters"), is(List.of()));
  }

  @Test
  public void filesThatStayEmptyCostNothing() throws Exception {
    write("full.csv", bytes("s1,2,1\n"));
    write("empty.csv", bytes(""));
    run();
    List<String> ledger = ledger();
    for (int i = 0; i < 3; i++) {
      write("empty.csv", bytes(""));
      run();
    }
    assertThat(ledger(), is(ledger));
  }

  @Test
  public void anEmptyFileIsFilledWhileItIsWatched() throws Exception {
    write("a.csv", bytes(""));
    write("b.csv", bytes("\n"));
    List<String> arguments =
        List.of(
            "--input=" + input,
            "--output=" + output,
            "--progress=none",
            "--pollInterval=50ms",
            "--settle=0ms",
            "--refresh=50ms");
    try (PipelineRun run = PipelineRun.start(pipeline, RunCommand.options(pipeline, arguments))) {
      write("other.csv", bytes("other,2,1\n"));
      await().atMost(PATIENCE).until(() -> servers(run), is("other 1"));
      write("a.csv", bytes("a,2,1\na,2,2\n"));
      write("b.csv", bytes("b,2,1\nb,2,2\n"));
      await().atMost(PATIENCE).until(() -> servers(run), is("a 2, b 2, other 1"));
      run.requestStop();
      run.awaitEnd();
    }
    assertThat(TestRun.of(input, output).unitsRead(), is(0L));
  }

  @Test
  public void aGzipFileThatCannotBeReadSaysWhyAndCostsNoMoreLedgerFilesHoweverOftenItIsTried()
      throws Exception {
    byte[] whole = pack("s2,2,1\ns2,0,7\n");
    byte[] wrong = whole.clone();
    wrong[wrong.length - 5] ^= 1;
    byte[] followed = Arrays.copyOf(whole, whole.length + 3);
    followed[whole.length + 2] = 'x';
    Map<String, byte[]> damaged = new TreeMap<>();
    damaged.put("cut.csv.gz", Arrays.copyOf(whole, whole.length - 9));
    damaged.put("cut-in-its-header.csv.gz", Arrays.copyOf(whole, 5));
    damaged.put("wrong.csv.gz", wrong);
    damaged.put("other.csv.gz", new byte[] {0, 1, 2, 3});
    damaged.put("followed.csv.gz", followed);
    for (Map.Entry<String, byte[]> file : damaged.entrySet()) {
      write(file.getKey(), file.getValue());
    }
    write("good.csv", bytes("s1,2,1\n"));
    assertThat(records(), is("1"));
    List<String> reasons =
        List.of(
            "cut-in-its-header.csv.gz: it ends in the middle",
            "cut.csv.gz: it ends in the middle",
            "followed.csv.gz: it is not gzip from byte " + (whole.length + 2) + " on",
            "other.csv.gz: it is not gzip",
            "wrong.csv.gz: its checksum does not match");
    Ledger ledger = Ledger.of(new Folder(output.toString()));
    Receipt receipt =
        ledger.receiptWithoutTables(ledger.plan(1).orElseThrow().units().get(0)).orElseThrow();
    assertThat(
        receipt.unread().stream()
            .map(unread -> Path.of(unread.slice().source()).getFileName() + ": " + unread.reason())
            .toList(),
        is(reasons));
    assertThat(
        ledger.retryNotes().stream()
            .map(note -> Path.of(note.slice().source()).getFileName() + ": " + note.reason())
            .toList(),
        is(reasons));

    List<String> files = ledger();
    for (int i = 0; i < 3; i++) {
      // Another version that is as bad.
      write("cut.csv.gz", Arrays.copyOf(whole, whole.length - 1 - i));
      assertThat(records(), is("1"));
      assertThat(ledger(), is(files));
    }
    for (String name : damaged.keySet()) {
      write(name, whole);
    }
    assertThat(records(), is("11"));
    assertThat(ledger.retryNotes().stream().map(RetryNote::name).toList(), is(List.of()));
    assertThat(
        TestRun.of(input, output).sev0(), is(List.of("s2|7", "s2|7", "s2|7", "s2|7", "s2|7")));
  }

  @Test
  public void aTextWithTheNameOfAGzipFileIsRead() throws Exception {
    write("a.csv.gz", bytes("s1,2,1\ns1,2,2\n"));
    assertThat(records(), is("2"));
  }

  private String records() throws Exception {
    run();
    List<String> sum = TestRun.ask(pipeline, output, "SELECT sum(records)::BIGINT FROM volume");
    return sum.get(0);
  }

  private void run() throws IOException {
    TestRun.run(pipeline, input, output, "--header=" + hasHeaders());
  }

  private boolean hasHeaders() throws IOException {
    return Files.exists(input.resolve("header.csv"));
  }

  /** The files of plans, receipts and notes. */
  private List<String> ledger() throws IOException {
    try (Stream<Path> files = Files.walk(output.resolve("_ledger"))) {
      return files
          .map(file -> output.relativize(file).toString())
          .filter(name -> name.matches("_ledger/(plans|receipts|retry)/.*"))
          .sorted()
          .toList();
    }
  }

  private static String servers(PipelineRun run) throws SQLException {
    try (Connection connection = run.database().orElseThrow().open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT serverID, records FROM volume")) {
      Map<String, Long> records = new TreeMap<>();
      while (rows.next()) {
        records.put(rows.getString(1), rows.getLong(2));
      }
      return String.join(
          ", ",
          records.entrySet().stream()
              .map(server -> server.getKey() + " " + server.getValue())
              .toList());
    }
  }

  private void write(String name, byte[] content) throws IOException {
    Path finished = Files.write(input.resolve("." + name), content);
    Files.setLastModifiedTime(finished, FileTime.fromMillis(clock += 1_000));
    Files.move(
        finished,
        input.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] pack(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes(text));
    }
    return packed.toByteArray();
  }
}
