package io.tailrace.textio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.ReportDatabase;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * The whole pipeline behind the source: given these lines at these times, these are the states of
 * the report's rows, one after the other, and these are the files.
 */
public final class TextServerLogsTest {

  private static final Duration REFRESH = Duration.standardSeconds(1);

  /** A timer fires when its time is over, not when it is reached. */
  private static final Duration OVER = REFRESH.plus(Duration.millis(1));

  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant LATER = NOON.plus(Duration.standardMinutes(5));

  @Rule public final transient TestPipeline pipeline = TestPipeline.create();
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final TestStream.Builder<String> start =
      TestStream.create(StringUtf8Coder.of()).advanceWatermarkTo(NOON);

  private InMemoryDatabase database;
  private Connection connection;
  private Path output;

  @Before
  public void startDatabase() throws IOException, SQLException {
    output = folder.getRoot().toPath().resolve("output");
    database = InMemoryDatabase.start();
    ReportDatabase.prepare(
        database.connection(), List.of(WriteVolume.VOLUME), "ledger-1", (report, parts) -> {});
    connection = database.connection().open();
    RowHistory.begin(connection);
  }

  @After
  public void stopDatabase() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  public void nothingArrives() throws Exception {
    run(start.advanceProcessingTime(REFRESH.multipliedBy(5)).advanceWatermarkToInfinity());
    assertThat(RowHistory.size(), is(0));
    assertThat(files("sev0"), is(empty()));
    assertThat(files("dead_letters"), is(empty()));
  }

  @Test
  public void theFirstDeliveryIsOnePaneOfTwoServers() throws Exception {
    run(deliver(start, NOON, 0, 2).advanceProcessingTime(OVER).advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 379.4, 2000"));
    assertThat(RowHistory.of("s2"), contains("s2, 920.0, 5000"));
    assertThat(rows("sev0"), contains("s1,5", "s1,5", "s1,5"));
    assertThat(files("dead_letters"), is(empty()));
  }

  @Test
  public void theSecondDeliveryAccumulates() throws Exception {
    TestStream.Builder<String> first =
        deliver(start, NOON, 0, 2).advanceProcessingTime(OVER).advanceWatermarkTo(LATER);
    run(deliver(first, LATER, 2, 4).advanceProcessingTime(OVER).advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 379.4, 2000", "s1, 199.7, 2100"));
    assertThat(RowHistory.of("s2"), contains("s2, 920.0, 5000", "s2, 519.9, 6000"));
  }

  @Test
  public void aSmallFileChangesOneServerHoursLater() throws Exception {
    run(
        deliver(start, NOON, 0, 2)
            .advanceProcessingTime(OVER)
            .advanceProcessingTime(Duration.standardHours(3))
            .addElements("s1,2,2", "s1,2,2", "s1,2,2")
            .advanceProcessingTime(OVER)
            .advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 379.4, 2000", "s1, 380.0, 2003"));
    assertThat(RowHistory.of("s2"), contains("s2, 920.0, 5000"));
  }

  @Test
  public void linesWithinOneRefreshAreOnePane() throws Exception {
    run(
        start
            .addElements("s1,2,1")
            .advanceProcessingTime(REFRESH.dividedBy(2))
            .addElements("s1,2,5", "s2,1,1")
            .advanceProcessingTime(OVER)
            .advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 0.4, 2"));
    assertThat(RowHistory.of("s2"), contains("s2, 0.0, 1"));
  }

  @Test
  public void theLastLinesDoNotWaitForTheirPane() throws Exception {
    run(start.addElements("s1,2,1", "s1,0,5").advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 0.2, 2"));
    assertThat(rows("sev0"), contains("s1,5"));
  }

  @Test
  public void aPaneThatComesTwiceOrTooLateChangesNothing() {
    Volume first = new Volume(3, 100, 1897, 1, 5);
    Volume second = new Volume(3, 100, 1997, 1, 10);
    TestStream<KV<String, Volume>> panes =
        TestStream.create(KvCoder.of(StringUtf8Coder.of(), new Volume.VolumeCoder()))
            .addElements(KV.of("s1", first))
            .advanceProcessingTime(OVER)
            .addElements(KV.of("s1", second))
            .advanceProcessingTime(OVER)
            .addElements(KV.of("s1", first))
            .addElements(KV.of("s1", second))
            .addElements(KV.of("s1", first))
            .advanceWatermarkToInfinity();
    pipeline.apply(panes).apply(WriteVolume.to(database.connection()));
    pipeline.run();
    assertThat(RowHistory.of("s1"), contains("s1, 379.4, 2000", "s1, 199.7, 2100"));
  }

  @Test
  public void severeRowsOfTwoWindowsAreInTwoFiles() throws Exception {
    run(
        start
            .addElements(at(NOON, "s2,0,9"), at(NOON, "s1,1,3"), at(NOON, "s1,0,7"))
            .advanceWatermarkTo(LATER)
            .addElements(at(LATER, "s1,0,1"))
            .advanceWatermarkToInfinity());
    List<List<String>> contents = new ArrayList<>();
    for (Path file : files("sev0")) {
      contents.add(rows(file));
    }
    assertThat(contents, containsInAnyOrder(List.of("s1,7", "s2,9"), List.of("s1,1")));
  }

  @Test
  public void aRowThatIsLateIsWrittenAllTheSame() throws Exception {
    run(
        start
            .addElements(at(NOON, "s1,0,1"))
            .advanceWatermarkTo(LATER)
            .addElements(at(NOON, "s1,0,2"), at(NOON, "bad"))
            .addElements(at(NOON, "s1,0,3"))
            .advanceWatermarkToInfinity());
    assertThat(rows("sev0"), contains("s1,1", "s1,2", "s1,3"));
    assertThat(rows("dead_letters"), contains("1 field, 3 expected,bad"));
  }

  @Test
  public void badLinesAreDeadLettersAndBlankOnesNothing() throws Exception {
    run(
        start
            .addElements("s1,2,1\r", "", " \t\r", "nonsense", "s1,3,1", "s\ufffd,2,1", "s1,2,0")
            .advanceProcessingTime(OVER)
            .advanceWatermarkToInfinity());
    assertThat(RowHistory.of("s1"), contains("s1, 1.0, 1"));
    assertThat(
        rows("dead_letters"),
        contains(
            "1 field, 3 expected,nonsense",
            "CHECK (\"timestamp\" >= 1) is not met,s1,2,0",
            "CHECK (severity BETWEEN 0 AND 2) is not met,s1,3,1",
            "not valid UTF-8,s\ufffd,2,1"));
  }

  @Test
  public void logsCanBeCsv() throws Exception {
    run(
        start.addElements("\"s \"\"1\"\"\",0,1", "nonsense, of two").advanceWatermarkToInfinity(),
        "--logFormat=csv");
    assertThat(
        Files.readString(files("sev0").get(0)), is("serverID,timestamp\n\"s \"\"1\"\"\",1\n"));
    assertThat(
        Files.readString(files("dead_letters").get(0)),
        containsString(",\"2 fields, 3 expected\",\"nonsense, of two\""));
  }

  @Test
  public void volumesAddUpInAnyOrder() {
    PAssert.that(
            pipeline
                .apply(
                    Create.of(
                            KV.of("s1", new ServerLog("s1", 2, 7)),
                            KV.of("s1", new ServerLog("s1", 0, 3)),
                            KV.of("s1", new ServerLog("s1", 1, 5)))
                        .withCoder(KvCoder.of(StringUtf8Coder.of(), new ServerLog.LogCoder())))
                .apply(Combine.perKey(new VolumeFn())))
        .containsInAnyOrder(List.of(KV.of("s1", new Volume(1, 1, 1, 3, 7))));
    pipeline.run();
  }

  private void run(TestStream<String> lines, String... more) {
    List<String> arguments =
        Stream.concat(Stream.of("--input=" + folder.getRoot(), "--refresh=1s"), Stream.of(more))
            .toList();
    pipeline
        .apply(lines)
        .apply(
            TextServerLogs.to(
                RunCommand.options(Pipelines.SERVER_LOGS, arguments),
                new Folder(output.toString()),
                database.connection()));
    pipeline.run();
  }

  private static TestStream.Builder<String> deliver(
      TestStream.Builder<String> stream, Instant time, int from, int to) {
    TestStream.Builder<String> delivered = stream;
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      List<TimestampedValue<String>> lines =
          sample.text().lines().map(line -> at(time, line)).toList();
      delivered =
          delivered.addElements(
              lines.get(0), lines.subList(1, lines.size()).toArray(TextServerLogsTest::newLines));
    }
    return delivered;
  }

  @SuppressWarnings("unchecked")
  private static TimestampedValue<String>[] newLines(int size) {
    return (TimestampedValue<String>[]) new TimestampedValue<?>[size];
  }

  private static TimestampedValue<String> at(Instant time, String line) {
    return TimestampedValue.of(line, time);
  }

  private List<Path> files(String log) throws IOException {
    if (!Files.exists(output.resolve(log))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(output.resolve(log))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private List<String> rows(String log) throws IOException, SQLException {
    List<String> all = new ArrayList<>();
    for (Path file : files(log)) {
      all.addAll(rows(file));
    }
    Collections.sort(all);
    return all;
  }

  /** The rows of a file, sorted. */
  private static List<String> rows(Path file) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = duck.prepareStatement("SELECT * FROM read_parquet(?)")) {
      statement.setString(1, file.toString());
      try (ResultSet answer = statement.executeQuery()) {
        while (answer.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
            // This reader knows no file and no place.
            if (answer.getString(i) != null) {
              row.add(answer.getString(i));
            }
          }
          rows.add(String.join(",", row));
        }
      }
    }
    Collections.sort(rows);
    return rows;
  }
}
