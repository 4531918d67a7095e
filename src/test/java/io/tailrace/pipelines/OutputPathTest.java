package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.delta.Compaction;
import io.tailrace.delta.DeltaTable;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.query.LogFileReader;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What is in the output is the same, whatever the names of the folders that it is in. */
public final class OutputPathTest {

  private static final LogTable SEV0 = Pipelines.SERVER_LOGS.logs().get(0);

  /** Names that a reader could take for values, patterns, quotes or escapes. */
  private static final List<String> NAMES =
      List.of(
          "serverID=zzz/reason=none/windowEnd=1/device_id=9",
          "é %41%20#+ &;,@!$~/timestamp=7",
          "o'clock\"s \\back\\slash/x.parquet");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;

  @Before
  public void makeInput() throws Exception {
    input = folder.newFolder("input").toPath();
  }

  private Path output(String name, String kind) {
    return folder.getRoot().toPath().resolve(kind).resolve(name);
  }

  @Test
  public void logsInFilesAreReadAsTheyAre() throws Exception {
    TestRun.requireDirectRunner();
    Files.writeString(input.resolve("a.csv"), "s1,0,5\ns2,2,7\nnone\n");
    for (String name : NAMES) {
      for (TableFormat format : List.of(TableFormat.parquet, TableFormat.csv)) {
        Path output = output(name, format.name());
        TestRun run = TestRun.of(input, output, "--logFormat=" + format);
        assertThat(run.sev0(), contains("s1|5"));
        assertThat(run.deadLetters().size(), is(1));
        assertThat(
            TestRun.ask(Pipelines.SERVER_LOGS, output, "SELECT * FROM sev0"), contains("s1|5"));
        assertThat(
            TestRun.ask(Pipelines.SERVER_LOGS, output, "SELECT reason, raw FROM dead_letters"),
            contains("1 field, 3 expected|none"));
        assertThat(confined(Pipelines.SERVER_LOGS, output, "SELECT * FROM sev0"), contains("s1|5"));
        assertThat(newest(output, SEV0.in(format)), contains("s1|5"));
        assertThat(rowsOfFiles(output, format), contains("{serverID=s1, timestamp=5}"));
      }
    }
  }

  @Test
  public void tablesWithVersionsAreReadAndMerged() throws Exception {
    for (String name : NAMES) {
      Path output = output(name, "delta");
      for (int i = 1; i <= 2; i++) {
        Files.writeString(input.resolve("f" + i + ".json"), "{\"device_id\":" + i + ",\"o\":0}");
        TestRun.run(Pipelines.TRACKER, input, output);
      }
      List<String> all = List.of("1|null|null|null|null|0", "2|null|null|null|null|0");
      String sql = "SELECT * FROM heartbeat_tracker";
      assertThat(TestRun.ask(Pipelines.TRACKER, output, sql), is(all));
      assertThat(confined(Pipelines.TRACKER, output, sql), is(all));
      Folder table = new Folder(output.toString()).folder("heartbeat_tracker");
      assertThat(new Compaction(DeltaTable.in(table)).run().filesAfter(), is(1L));
      assertThat(TestRun.ask(Pipelines.TRACKER, output, sql), is(all));
      // A table can be moved as a whole.
      Path moved = output(name, "moved");
      Files.createDirectories(moved.getParent());
      Files.move(output, moved);
      assertThat(TestRun.ask(Pipelines.TRACKER, moved, sql), is(all));
      for (int i = 1; i <= 2; i++) {
        Files.delete(input.resolve("f" + i + ".json"));
      }
    }
  }

  @Test
  public void alertsAreReadAsTheyAre() throws Exception {
    TestRun.requireDirectRunner();
    String line = "h - - [22/Nov/2015:10:00:0%d +0000] \"GET / HTTP/1.1\" 500 1\n";
    Files.writeString(
        input.resolve("a.log"), (String.format(line, 0) + String.format(line, 1)).repeat(20));
    Path output = output("rule=none/state=none/percent=1", "alerts");
    TestRun.run(
        Pipelines.ACCESS_LOG, input, output, "--alert=5xx > 10% over 1m", "--format=common");
    assertThat(
        TestRun.ask(Pipelines.ACCESS_LOG, output, "SELECT * FROM alerts WHERE state = 'raised'")
            .get(0),
        containsString("5xx > 10% over 1m|null|raised|"));
  }

  @Test
  public void aFolderWhoseNameIsAPatternIsRefused() {
    TestRun.requireDirectRunner();
    for (String name : List.of("a*", "a?", "[a]", "{a,b}")) {
      assertThat(
          assertThrows(UsageException.class, () -> TestRun.of(input, output(name, "patterns")))
              .getMessage(),
          containsString("use another folder"));
    }
  }

  /** There the values are in the table's log and nowhere else, whatever the folders are called. */
  @Test
  public void aTableThatAnotherEngineHasPartitionedHasItsPartitions() throws Exception {
    TestRun.requireDirectRunner();
    Path output = output("device_id=9", "partitioned");
    Ledger.of(new Folder(output.toString()))
        .claim("tracker", "units", TableFormat.delta, List.of());
    Path table = output.resolve("heartbeat_tracker");
    Files.createDirectories(table.resolve("_delta_log"));
    List<String> log = new ArrayList<>();
    log.add("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}");
    log.add(
        "{\"metaData\":{\"id\":\"t\",\"format\":{\"provider\":\"parquet\",\"options\":{}},"
            + "\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":["
            + "{\\\"name\\\":\\\"device_id\\\",\\\"type\\\":\\\"integer\\\",\\\"nullable\\\":true,"
            + "\\\"metadata\\\":{}},{\\\"name\\\":\\\"mrn\\\",\\\"type\\\":\\\"string\\\","
            + "\\\"nullable\\\":true,\\\"metadata\\\":{}}]}\",\"partitionColumns\":[\"mrn\"],"
            + "\"configuration\":{},\"createdTime\":0}}");
    Map<String, String> partitions =
        Map.of("mrn=0070/1.parquet", "\"0070\"", "mrn=x/2.parquet", "null");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      for (Map.Entry<String, String> partition : partitions.entrySet()) {
        Path file = table.resolve(partition.getKey());
        Files.createDirectories(file.getParent());
        statement.execute(
            "COPY (SELECT 1::INTEGER AS device_id) TO '" + file + "' (FORMAT parquet)");
        log.add(
            String.format(
                "{\"add\":{\"path\":\"%s\",\"partitionValues\":{\"mrn\":%s},\"size\":%d,"
                    + "\"modificationTime\":0,\"dataChange\":true}}",
                partition.getKey(), partition.getValue(), Files.size(file)));
      }
    }
    Files.write(table.resolve("_delta_log/00000000000000000000.json"), log);
    assertThat(
        TestRun.ask(Pipelines.TRACKER, output, "SELECT * FROM heartbeat_tracker"),
        contains("1|0070", "1|null"));
  }

  private static List<String> confined(LogPipeline pipeline, Path output, String sql)
      throws Exception {
    List<String> rows = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.openConfined(new Folder(output.toString()), pipeline)) {
      engine.query(sql, answer -> rows.addAll(TestRun.sorted(answer)));
    }
    return rows;
  }

  private static List<String> newest(Path output, LogTable log) throws Exception {
    List<String> rows = new ArrayList<>();
    try (QueryEngine engine =
        QueryEngine.openConfined(new Folder(output.toString()), Pipelines.SERVER_LOGS)) {
      engine.newest(log, 10, answer -> rows.addAll(TestRun.sorted(answer)));
    }
    return rows;
  }

  /** As what Redis is told is read. */
  private static List<String> rowsOfFiles(Path output, TableFormat format) throws Exception {
    Folder log = new Folder(output.toString()).folder("sev0");
    RowCondition condition = RowCondition.parse(SEV0.in(format), "serverID=s1");
    try (LogFileReader reader = new LogFileReader()) {
      return reader.rows(log, log.list("", "").get(0), condition).stream()
          .map(Map::toString)
          .toList();
    }
  }
}
