package io.tailrace.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.feed.Feed;
import io.tailrace.feed.Packing;
import io.tailrace.feed.Planner;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these files, this is the report, these are the logs. */
public final class ServerLogsTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("in put").toPath();
    output = folder.getRoot().toPath().resolve("out put");
  }

  @Test
  public void theSampleDelivery() throws Exception {
    deliver(0, 2);
    TestRun first = run();
    assertThat(
        first.volume(), contains("s1|379.4|3|100|1897|1|5|2000", "s2|920.0|0|400|4600|1|5|5000"));
    assertThat(first.sev0(), contains("s1|5", "s1|5", "s1|5"));

    deliver(2, 4);
    TestRun second = run();
    assertThat(
        second.volume(),
        contains("s1|199.7|3|100|1997|1|10|2100", "s2|519.9|1|800|5199|1|10|6000"));
    assertThat(second.queriedVolume(), is(second.volume()));
    assertThat(second.sev0(), contains("s1|5", "s1|5", "s1|5", "s2|9"));
    assertThat(second.deadLetters(), is(empty()));
    assertThat("units of the first delivery have receipts", second.unitsRead(), is(1L));
    assertThat("nothing is read again", run().unitsRead(), is(0L));
  }

  @Test
  public void severalInputsAreReadAndEachFileOnce() throws Exception {
    Path other = folder.newFolder("a,b").toPath();
    Path third = folder.newFolder("third").toPath();
    Path unread = folder.newFolder("unread").toPath();
    write(input, "x.csv", "s1,2,1\n");
    write(other, "one,two.csv", "s2,2,1\n");
    write(other, "three.csv", "s3,2,1\n");
    write(other, "four.csv", "not asked for\n");
    write(third, "y.csv", "s4,2,1\n");
    write(third, "_z.csv", "not finished\n");
    write(unread, "u.csv", "not asked for\n");
    Path units = folder.getRoot().toPath().resolve("units");
    List<String> apart = List.of("--input=" + other + "/{one?two,three}.csv", "--input=" + third);
    List<String> overlapping =
        List.of(
            "--input=" + other + "/one,two.csv",
            "--input=" + input + "/*.csv",
            "--input=" + input + "/../third/y.csv",
            "--input=" + third + "/**");
    for (String reader : List.of("units", "textio")) {
      Path output = folder.getRoot().toPath().resolve(reader);
      List<String> options = new ArrayList<>(apart);
      options.addAll(reader.equals("units") ? overlapping : List.of("--reader=textio"));
      TestRun run = TestRun.of(input, output, options.toArray(String[]::new));
      assertThat(
          reader,
          run.volume(),
          contains(
              "s1|1.0|0|0|1|1|1|1",
              "s2|1.0|0|0|1|1|1|1",
              "s3|1.0|0|0|1|1|1|1",
              "s4|1.0|0|0|1|1|1|1"));
      assertThat(reader, run.deadLetters(), is(empty()));
    }
    UsageException refusal =
        assertThrows(
            UsageException.class,
            () ->
                TestRun.of(
                    input,
                    folder.getRoot().toPath().resolve("refused"),
                    "--reader=textio",
                    apart.get(1),
                    overlapping.get(3)));
    assertThat(refusal.getMessage(), containsString("/** may have files of another input"));
    write(third, "later.csv", "s4,2,1\n");
    assertThat(
        "the same files in another order",
        TestRun.of(third, units, "--input=" + input).volume(),
        hasItem("s4|2.0|0|0|2|1|1|2"));
  }

  @Test
  public void eachOfSeveralInputsMustBeThere() {
    TestRun.requireDirectRunner();
    for (String missing : List.of("", folder.getRoot() + "/none", folder.getRoot() + "/no/*")) {
      UsageException refusal =
          assertThrows(UsageException.class, () -> TestRun.of(input, output, "--input=" + missing));
      assertThat(
          refusal.getMessage(),
          allOf(startsWith("--input: "), containsString(missing.replace("/*", ""))));
    }
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  public void unitsThatAreNotInTheTotalsYetAreAddedFromTheirReceipts() throws Exception {
    deliver(0, 4);
    TestRun first = run();
    // As if it had been killed before it could add them.
    Path totals = output.resolve("_ledger/totals");
    try (Stream<Path> files = Files.list(totals)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertThat(TestRun.queriedVolume(output), is(first.volume()));
    TestRun second = run();
    assertThat(second.volume(), is(first.volume()));
    assertThat(second.unitsRead(), is(0L));
    assertThat(run(), is(second));
  }

  @Test
  public void theSamplesHereAreWhatTheGeneratorMakes() throws Exception {
    TestRun.requireDirectRunner();
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
      assertThat(Files.readString(Path.of("data/server-logs", sample.name())), is(sample.text()));
    }
  }

  @Test
  public void nothingIsThere() throws Exception {
    TestRun run = run();
    assertThat(run.volume(), is(empty()));
    assertThat(run.queriedVolume(), is(empty()));
    assertThat(run.sev0(), is(empty()));
  }

  @Test
  public void linesAsTheyReallyCome() throws Exception {
    TestRun.requireDirectRunner();
    write("a.csv", "\ufeffs1,2,1\r\n\r\n  \n s1 , 0 , 2 \r\ns1,1,3");
    TestRun run = run();
    assertThat(run.volume(), contains("s1|0.3333333333333333|1|1|1|1|3|3"));
    assertThat(run.sev0(), contains("s1|2"));
    assertThat(run.deadLetters(), is(empty()));
  }

  @Test
  public void quotedFieldsAreReadAsOfRfc4180() throws Exception {
    TestRun.requireDirectRunner();
    Path file =
        write(
            "a.csv",
            "\ufeff\"s1\",2,1\ns1,2,2\n\"s1\",\"0\",\"4\"\r\n"
                + "\"rack 7, \"\"old\"\"\",0,3\n\"s\n1\" x,y\",2,4\n");
    TestRun run = run();
    assertThat(run.volume(), contains("rack 7, \"old\"|0.0|1|0|0|3|3|1", "s1|0.5|1|0|2|1|4|3"));
    assertThat(run.sev0(), contains("rack 7, \"old\"|3", "s1|4"));
    assertThat(
        run.deadLetters(),
        containsInAnyOrder(
            startsWith(file + "|5|55|quoted field does not end in its line|\"s"),
            startsWith(file + "|6|58|4 fields, 3 expected|1\" x,y\"")));
  }

  @Test
  public void badLinesAreDeadLettersWithTheirAddress() throws Exception {
    TestRun.requireDirectRunner();
    Path file = write("a.csv", "s1,2,1\nnonsense\n\ns1,9,1\r\ns1,2,0");
    TestRun run = run();
    assertThat(run.volume(), contains("s1|1.0|0|0|1|1|1|1"));
    assertThat(
        run.deadLetters(),
        containsInAnyOrder(
            file + "|2|7|1 field, 3 expected|nonsense",
            file + "|4|17|CHECK (severity BETWEEN 0 AND 2) is not met|s1,9,1\r",
            file + "|5|25|CHECK (\"timestamp\" >= 1) is not met|s1,2,0"));
  }

  @Test
  public void deadLettersHaveTheSameAddressWhereverAFileIsCut() throws Exception {
    write("a.csv", "s1,2,1\nnonsense\r\n\ns1,0,4\nmore\ns1,2,1\nlast");
    TestRun whole = run();
    assertThat(whole.deadLetters(), hasSize(3));
    for (int bytes = 1; bytes < 12; bytes += 3) {
      Path cut = folder.getRoot().toPath().resolve("cut" + bytes);
      TestRun parts = TestRun.of(input, cut, "--unitSize=" + bytes);
      assertThat(parts.volume(), is(whole.volume()));
      assertThat(parts.sev0(), is(whole.sev0()));
      assertThat(parts.deadLetters(), is(whole.deadLetters()));
    }
  }

  @Test
  public void aBinaryFileAndAnEndlessLineAreDeadLetters() throws Exception {
    TestRun.requireDirectRunner();
    byte[] noise = new byte[200_000];
    new Random(5).nextBytes(noise);
    Files.write(input.resolve("noise.csv"), noise);
    try (OutputStream out = Files.newOutputStream(input.resolve("endless.csv"))) {
      byte[] megabyte = "x".repeat(1_000_000).getBytes(UTF_8);
      for (int i = 0; i < 100; i++) {
        out.write(megabyte);
      }
      out.write("\ns1,2,1\n".getBytes(UTF_8));
    }
    TestRun run = run();
    assertThat(run.volume(), contains("s1|1.0|0|0|1|1|1|1"));
    assertThat(
        run.deadLetters(),
        hasItem(startsWith(input.resolve("endless.csv") + "|1|0|line longer than 1 MiB|xxx")));
  }

  @Test
  public void packedAndEmptyFilesAndThoseToIgnore() throws Exception {
    for (Packing packing : Packing.values()) {
      // A file of two members, as made by cat a.gz b.gz.
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (String text : List.of("s1,2,1\ns1,2", ",2\n")) {
        packed.writeBytes(packing.pack(text.getBytes(UTF_8)));
      }
      Files.write(input.resolve("a.csv." + packing), packed.toByteArray());
    }
    write("empty.csv", "");
    for (String name :
        List.of(
            ".a.csv",
            "_a.csv",
            "a.tmp",
            "a.csv._COPYING_",
            "a.csv.part",
            "a.csv.partial",
            "a.csv.filepart",
            "a.csv.crdownload")) {
      write(name, "other,2,1\n");
    }
    Files.createDirectory(input.resolve("folder"));
    Files.writeString(input.resolve("folder").resolve("a.csv"), "other,2,1\n");
    TestRun run = run();
    assertThat(run.volume(), contains("s1|3.0|0|0|6|1|2|6"));
    assertThat(run.deadLetters(), is(empty()));
  }

  @Test
  public void theHeaderIsSkipped() throws Exception {
    TestRun.requireDirectRunner();
    write("a.csv", "serverID,severity,timestamp\ns1,2,1\n");
    write("b.csv", "serverID,severity,timestamp\r\ns1,2,2\n");
    TestRun run = TestRun.of(input, output, "--header=true");
    assertThat(run.volume(), contains("s1|1.0|0|0|2|1|2|2"));
    assertThat(run.deadLetters(), is(empty()));
  }

  @Test
  public void aFileThatCannotBeReadStopsNothingAndIsReadOnceItCan() throws Exception {
    write("good.csv", "s1,2,1\n");
    byte[] whole = Packing.gz.pack("s2,2,1\ns2,0,7\n".getBytes(UTF_8));
    Path cut = input.resolve("cut.csv.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 9));
    assertThat(run().volume(), contains("s1|1.0|0|0|1|1|1|1"));
    assertThat(run().volume(), contains("s1|1.0|0|0|1|1|1|1"));
    Files.write(cut, whole);
    TestRun mended = run();
    assertThat(mended.volume(), contains("s1|1.0|0|0|1|1|1|1", "s2|" + 1 / 7.0 + "|1|0|1|1|7|2"));
    assertThat(mended.queriedVolume(), is(mended.volume()));
    assertThat(mended.sev0(), contains("s2|7"));
    assertThat(run().unitsRead(), is(0L));
  }

  @Test
  public void aFileThatVanishesBeforeItIsReadStopsNothingAndIsReadWhenItIsBack() throws Exception {
    write("a.csv", "s1,2,1\n");
    Path vanishing = write("b.csv", "s2,2,1\n");
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    TailraceOptions options =
        RunCommand.options(pipeline, List.of("--input=" + input, "--settle=0ms"));
    Ledger ledger = Ledger.of(new Folder(output.toString()));
    ledger.claim(pipeline.name(), "units", TableFormat.parquet, pipeline.reports());
    long run = ledger.beginRun(pipeline.reports()).number();
    Planner.open(ledger, run, Feed.of(options, output.toString())).poll(System.currentTimeMillis());
    Files.delete(vanishing);
    assertThat(run().volume(), contains("s1|1.0|0|0|1|1|1|1"));
    assertThat(
        ledger.receipt(ledger.plan(1).orElseThrow().units().get(0)).orElseThrow().unread().stream()
            .map(Receipt.Unread::reason)
            .toList(),
        contains("it is not there any more"));
    write("b.csv", "s2,2,1\ns2,2,2\n");
    assertThat(run().volume(), contains("s1|1.0|0|0|1|1|1|1", "s2|1.0|0|0|2|1|2|2"));
  }

  private void deliver(int from, int to) throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      sample.deliverTo(new Folder(input.toString()));
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(input.resolve(name), text);
  }

  private TestRun run() throws Exception {
    return TestRun.of(input, output);
  }
}
