package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.delta.Compaction;
import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.options.UsageException;
import io.tailrace.query.AsOf;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these files of JSON, this is the table, and this are its versions. */
public final class TrackerTest {

  private static final String ROWS =
      "SELECT device_id, mrn, time, heartrate FROM heartbeat_tracker";

  private static final String PRETTY =
      """
      [
        {
          "device_id": "1",
          "mrn": "23940128",
          "time": "1580515200.0",
          "heartrate": "52.8139067501"
        },
        {
          "device_id": "2",
          "mrn": "18064290",
          "time": "1580515201.5",
          "heartrate": "-31.5"
        }
      ]
      """;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final LogPipeline pipeline = Pipelines.TRACKER;
  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  @Test
  public void eachFormOfJsonGivesItsRecords() throws Exception {
    write("array.json", PRETTY);
    write(
        "lines.json",
        "{\"device_id\": 3, \"mrn\": 1, \"time\": 1.5e9, \"heartrate\": 60}\n"
            + "{\"device_id\": 4, \"mrn\": 2, \"time\": 2, \"heartrate\": 61.25}");
    write("object.json", "{\n \"device_id\": \"5\",\n \"heartrate\": null\n}\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(input.resolve("packed.json.gz")))) {
      out.write(PRETTY.replace("\"1\"", "\"6\"").getBytes(StandardCharsets.UTF_8));
    }
    run();
    assertThat(
        ask(ROWS),
        contains(
            "1|23940128|1.5805152E9|52.8139067501",
            "2|18064290|1.5805152015E9|-31.5",
            "2|18064290|1.5805152015E9|-31.5",
            "3|1|1.5E9|60.0",
            "4|2|2.0|61.25",
            "5|null|null|null",
            "6|23940128|1.5805152E9|52.8139067501"));
    assertThat(ask("SELECT * FROM dead_letters"), is(empty()));
    assertThat(ask("SELECT * FROM recordings"), contains("1|1", "2|2", "3|1", "4|1", "5|1", "6|1"));
    assertThat(
        ask("SELECT device_id, total_recordings FROM device_counts"),
        contains("1|1", "2|2", "3|1", "4|1", "5|1", "6|1"));
  }

  @Test
  public void whatDoesNotFitIsKeptWithItsName() throws Exception {
    TestRun.requireDirectRunner();
    write(
        "a.json",
        """
        [{"device_id": "one", "mrn": 1, "heartrate": {"value": 60}},
         {"device_id": 3000000000, "mrn": "12.5", "time": "noon", "heartrate": "1e999"},
         {"DEVICE_ID": "7", "_rescued": "mine"}]
        """);
    run();
    assertThat(
        ask("SELECT device_id, mrn, heartrate, _rescued FROM heartbeat_tracker"),
        contains(
            "7|null|null|{\"_rescued\":\"mine\"}",
            "null|1|null|{\"device_id\":\"one\",\"heartrate\":{\"value\":60}}",
            "null|null|null|{\"device_id\":3000000000,\"mrn\":\"12.5\",\"time\":\"noon\","
                + "\"heartrate\":\"1e999\"}"));
  }

  @Test
  public void whatIsNoObjectIsADeadLetter() throws Exception {
    TestRun.requireDirectRunner();
    write("a.json", "[17,\n {\"device_id\": 1}, [2], \"text, with a comma\", {\"device_id\": }]\n");
    write("b.json", "[{\"device_id\": 2},\n{\"device_id\": 3,");
    write("c.json", "[{\"device_id\": 4},\n");
    run();
    assertThat(ask("SELECT device_id FROM heartbeat_tracker"), contains("1", "2", "4"));
    assertThat(
        ask("SELECT parse_filename(source), line, \"offset\", raw FROM dead_letters"),
        contains(
            "a.json|1|1|17",
            "a.json|2|24|[2]",
            "a.json|2|29|\"text, with a comma\"",
            "a.json|2|51|{\"device_id\": }",
            "b.json|2|19|{\"device_id\": 3,",
            "c.json|2|19|"));
  }

  @Test
  public void eachOfTheFieldsThatShareAColumnIsKept() throws Exception {
    TestRun.requireDirectRunner();
    write(
        "a.json",
        """
        [{"device_id":1,"Temp":"36.6","temp":"98.1"},
         {"device_id":2,"temp":1,"temp":2,"TEMP":3},
         {"device_id":"three","Device_ID":3,"mrn":null,"MRN":5},
         {"DEVICE_ID":4,"temp":null,"Temp":"x"}]
        """);
    run();
    assertThat(
        ask("SELECT device_id, mrn, \"Temp\", _rescued FROM heartbeat_tracker"),
        contains(
            "1|null|36.6|{\"temp\":\"98.1\"}",
            "2|null|1|{\"temp\":2,\"TEMP\":3}",
            "3|5|null|{\"device_id\":\"three\"}",
            "4|null|x|null"));
    assertThat(ask("SELECT * FROM recordings"), contains("1|1", "2|1", "3|1", "4|1"));
  }

  @Test
  public void valuesAreStoredOrRescuedAsTheyCame() throws Exception {
    TestRun.requireDirectRunner();
    String digits = "9".repeat(2_000);
    write(
        "a.json",
        """
        [{"device_id":1,"pay":{"amount":19.90, "id": 1e400,"n":0.12345678901234567890,"n":-0}},
         {"device_id":2,"pay":[1.0E+2, "a\\u00e9 b", true ,null],"heartrate":60.50},
         {"device_id":"007","mrn":-0,"time":0.12345678901234567890,"heartrate":1e400},
         {"device_id":3,"pay":"\\u00e9\\ud83d\\ude00","mrn":"+1","time":" 1","heartrate":"NaN"},
         {"device_id":4,"pay":"half \\ud83d","mrn":1.0,"time":1e-400,"heartrate":9007199254740993},
         {"device_id":5,"pay":%s,"time":-0,"heartrate":1E5},
         {"device_id":6,"pay":false,"mrn":true,"heartrate":"12345678901234567890"}]
        """
            .formatted(digits));
    run();
    assertThat(
        ask("SELECT device_id, mrn, time, heartrate, pay, _rescued FROM heartbeat_tracker"),
        contains(
            "1|null|null|null|"
                + "{\"amount\":19.90,\"id\":1e400,\"n\":0.12345678901234567890,\"n\":-0}|null",
            "2|null|null|60.5|[1.0E+2,\"a\\u00e9 b\",true,null]|null",
            "3|null|null|null|\u00e9\ud83d\ude00|"
                + "{\"mrn\":\"+1\",\"time\":\" 1\",\"heartrate\":\"NaN\"}",
            "4|null|null|null|null|{\"pay\":\"half \\ud83d\",\"mrn\":1.0,\"time\":1e-400,"
                + "\"heartrate\":9007199254740993}",
            "5|null|-0.0|100000.0|" + digits + "|null",
            "6|null|null|null|false|{\"mrn\":true,\"heartrate\":\"12345678901234567890\"}",
            "null|null|null|null|null|{\"device_id\":\"007\",\"mrn\":-0,"
                + "\"time\":0.12345678901234567890,\"heartrate\":1e400}"));
    assertThat(ask("SELECT * FROM dead_letters"), is(empty()));
  }

  @Test
  public void onlyWhatIsPrintedAsItCameIsInferredAsANumber() throws Exception {
    TestRun.requireDirectRunner();
    write(
        "a.json",
        """
        [{"twenty":"12345678901234567890","e":"1E5","zero":"1.10","pad":"007","plus":"+1","small":1e5,
          "blank":" 1","nan":"NaN","big":9223372036854775808,"minus":"-0","mixed":1,"frac":0.00001,
          "long":"-9223372036854775808","double":"0.5","one":1.0,"flag":true,"word":"true","null":null}]
        """);
    write(
        "b.json",
        """
        [{"twenty":"12345678901234567891","e":"1","zero":"1.1","pad":"7","plus":"1","small":1,
          "blank":"1","nan":"1","big":1,"minus":"0","mixed":1.5,"frac":1.5,
          "long":7,"double":-0.0,"one":"123456789.25","flag":false,"word":"false","null":null}]
        """);
    run("--schema=infer");
    assertThat(
        ask(
            "SELECT column_name || ' ' || column_type FROM (DESCRIBE heartbeat_tracker)"
                + " WHERE column_type <> 'VARCHAR'"),
        contains("double DOUBLE", "flag BOOLEAN", "long BIGINT", "one DOUBLE"));
    assertThat(
        ask("SELECT twenty, e, zero, pad, plus, small, blank, nan FROM heartbeat_tracker"),
        contains(
            "12345678901234567890|1E5|1.10|007|+1|1e5| 1|NaN",
            "12345678901234567891|1|1.1|7|1|1|1|1"));
    assertThat(
        ask("SELECT big, minus, mixed, frac, _rescued FROM heartbeat_tracker"),
        contains("1|0|1.5|1.5|null", "9223372036854775808|-0|1|0.00001|null"));
    write(
        "c.json",
        """
        [{"long":"007","double":"1.10","one":1e5,"flag":"true"},
         {"long":-0,"double":12345678901234567890,"one":37,"flag":"TRUE"},
         {"long":8,"double":2.5,"one":0.1234567890123456789,"flag":0}]
        """);
    run("--schema=infer");
    assertThat(
        ask("SELECT long, double, one, flag, _rescued FROM heartbeat_tracker WHERE twenty IS NULL"),
        contains(
            "8|2.5|null|null|{\"one\":0.1234567890123456789,\"flag\":0}",
            "null|null|null|null|{\"long\":-0,\"double\":12345678901234567890,\"one\":37,"
                + "\"flag\":\"TRUE\"}",
            "null|null|null|true|{\"long\":\"007\",\"double\":\"1.10\",\"one\":1e5}"));
  }

  @Test
  public void aBrokenRecordIsOneDeadLetterAndNoOthersAreLost() throws Exception {
    TestRun.requireDirectRunner();
    int files = 0;
    for (String between : List.of(",", ", ", ",\n")) {
      List<String> records = new ArrayList<>();
      for (int i = 1; i <= 1_000; i++) {
        records.add(
            "{\"device_id\": " + i + ", \"note\": \"ok\", \"list\": [{\"x\": 1}, {\"y\": 2}]}");
      }
      records.set(2, records.get(2).replace("ok", "12\" wheel"));
      records.set(500, records.get(500).replace("ok", "two\nlines"));
      records.set(999, records.get(999).replace("]}", "]"));
      write(files++ + ".json", "[" + String.join(between, records) + "]");
    }
    run();
    assertThat(
        ask("SELECT count(*), count(DISTINCT device_id), count(note) FROM heartbeat_tracker"),
        contains("2991|997|2991"));
    assertThat(ask("SELECT count(*) FROM dead_letters"), contains("9"));
  }

  @Test
  public void aNewFieldIsANewColumnOfANewVersion() throws Exception {
    write("a.json", "[{\"device_id\": 1}]");
    run();
    write("b.json", "[{\"device_id\": 2, \"Firm ware\": \"1.2\"}, {\"device_id\": 3, \"n\": 7}]");
    run();
    write("c.json", "[{\"device_id\": 4, \"firm WARE\": [1, 2]}]");
    run();
    assertThat(
        ask("SELECT device_id, \"Firm ware\", n FROM heartbeat_tracker"),
        contains("1|null|null", "2|1.2|null", "3|null|7", "4|[1,2]|null"));
    assertThat(
        ask("SELECT column_name FROM (DESCRIBE heartbeat_tracker)"),
        contains("Firm ware", "_rescued", "device_id", "heartrate", "mrn", "n", "time"));
    assertThat(askAsOf("1", "SELECT * FROM heartbeat_tracker"), contains("1|null|null|null|null"));
  }

  /** However units are cut and tables committed, it is the same: the limit is the table's. */
  @Test
  public void aTableHasNoMoreThanAThousandColumns() throws Exception {
    TestRun.requireDirectRunner();
    for (int file = 1; file <= 3; file++) {
      StringBuilder record = new StringBuilder("[{\"device_id\":" + file + ",\"mrn\":\"x\"");
      for (int field = 1; field <= 600; field++) {
        String value = List.of("1.50", "\"1.50\"", "[true,\"\\u00e9\"]").get(field % 3);
        record.append(String.format(",\"f%d-%d\":%s", file, field, value));
      }
      write(file + ".json", record.append("}]").toString());
    }
    write("4.json", "[{\"device_id\":4,\"f2-5\":5,\"f2-500\":\"6\",\"f3-1\":\"7\"}]");
    run("--maxFilesPerPoll=1");
    List<String> columns = ask("SELECT column_name FROM (DESCRIBE heartbeat_tracker)");
    assertThat(columns.size(), is(1_000));
    assertThat(columns.containsAll(List.of("f1-600", "f2-1", "f2-395")), is(true));
    List<String> rows = ask("SELECT device_id, _rescued FROM heartbeat_tracker");
    assertThat(rows.get(0), is("1|{\"mrn\":\"x\"}"));
    assertThat(
        rows.get(1),
        startsWith(
            "2|{\"mrn\":\"x\",\"f2-396\":1.50,\"f2-397\":\"1.50\","
                + "\"f2-398\":[true,\"\\u00e9\"],\"f2-399\":1.50,"));
    assertThat(rows.get(2), startsWith("3|{\"mrn\":\"x\",\"f3-1\":\"1.50\",\"f3-2\":[true,"));
    assertThat(rows.get(2), endsWith(",\"f3-600\":1.50}"));
    assertThat(rows.get(3), is("4|{\"f2-500\":\"6\",\"f3-1\":\"7\"}"));
    List<String> all = ask("SELECT * FROM heartbeat_tracker");
    output = folder.getRoot().toPath().resolve("output-of-one-unit");
    run();
    assertThat(ask("SELECT column_name FROM (DESCRIBE heartbeat_tracker)"), is(columns));
    assertThat(ask("SELECT * FROM heartbeat_tracker"), is(all));
    write("5.json", "[{\"device_id\":5" + fields("g", 900) + "}]");
    write("6.json", "[{\"device_id\":6" + fields("f1-", 600) + fields("h", 1_000) + "}]");
    run();
    assertThat(ask("SELECT column_name FROM (DESCRIBE heartbeat_tracker)"), is(columns));
    assertThat(
        ask(
            "SELECT device_id, \"f1-1\", \"f1-600\", len(json_keys(_rescued)) FROM heartbeat_tracker"
                + " WHERE device_id > 4"),
        contains("5|null|null|900", "6|1|600|1000"));
  }

  private static String fields(String name, int count) {
    StringBuilder fields = new StringBuilder();
    for (int field = 1; field <= count; field++) {
      fields.append(String.format(",\"%s%d\":%d", name, field, field));
    }
    return fields.toString();
  }

  @Test
  public void oneFileAPollIsOneVersionAFileInTheOrderOfNames() throws Exception {
    write("3.json", "[{\"device_id\": 3}]");
    write("1.json", "[{\"device_id\": 1}]");
    write("2.json", "[{\"device_id\": 2}]");
    run("--maxFilesPerPoll=1");
    assertThat(askAsOf("0", "SELECT device_id FROM heartbeat_tracker"), is(empty()));
    assertThat(askAsOf("1", "SELECT device_id FROM heartbeat_tracker"), contains("1"));
    assertThat(askAsOf("2", "SELECT device_id FROM device_counts"), contains("1", "2"));
    assertThat(ask("SELECT device_id FROM device_counts"), contains("1", "2", "3"));
    assertThat(newest().number(), is(3L));
  }

  @Test
  public void eachFileCanBeAVersion() throws Exception {
    write("1.json", "[{\"device_id\": 1}]");
    write("2.json", "[{\"device_id\": 2}]");
    run("--commitEvery=file");
    assertThat(newest().number(), is(2L));
  }

  @Test
  public void theNewestRowsAreTheLastThatCame() throws Exception {
    TestRun.requireDirectRunner();
    for (int device = 1; device <= 12; device++) {
      write(String.format("%02d.json", device), "[{\"device_id\": " + device + "}]");
    }
    run("--maxFilesPerPoll=1");
    List<String> newest = List.of("10", "11", "12");
    assertThat(newestDevices(), is(newest));
    compact();
    assertThat(newestDevices(), is(newest));
    write("13.json", "[{\"device_id\": 13}]");
    run();
    assertThat(newestDevices(), is(List.of("11", "12", "13")));
    compact();
    assertThat(newestDevices(), is(List.of("11", "12", "13")));
  }

  private void compact() throws IOException {
    new Compaction(DeltaTable.in(new Folder(output.resolve("heartbeat_tracker").toString()))).run();
  }

  private List<String> newestDevices() throws IOException, SQLException {
    List<String> devices = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      LogTable log =
          engine.logs().stream()
              .filter(table -> table.name().equals("heartbeat_tracker"))
              .findFirst()
              .orElseThrow();
      engine.newest(
          log,
          3,
          rows -> {
            while (rows.next()) {
              devices.add(rows.getString("device_id"));
            }
          });
    }
    return devices;
  }

  @Test
  public void allCanBeTexts() throws Exception {
    TestRun.requireDirectRunner();
    write("a.json", PRETTY);
    run("--types=string");
    assertThat(
        ask("SELECT heartrate, typeof(heartrate) FROM heartbeat_tracker"),
        contains("-31.5|VARCHAR", "52.8139067501|VARCHAR"));
  }

  @Test
  public void theFirstFilesTellTheTypesIfNobodyElseDoes() throws Exception {
    TestRun.requireDirectRunner();
    write("a.json", PRETTY.replace("\"mrn\": \"2", "\"code\": \"007\", \"mrn\": \"2"));
    run("--schema=infer");
    write("b.json", "[{\"device_id\": \"x\", \"code\": 8, \"new\": 9}]");
    run("--schema=infer");
    assertThat(
        ask("SELECT column_name, column_type FROM (DESCRIBE heartbeat_tracker)"),
        contains(
            "_rescued|VARCHAR",
            "code|VARCHAR",
            "device_id|BIGINT",
            "heartrate|DOUBLE",
            "mrn|BIGINT",
            "new|VARCHAR",
            "time|DOUBLE"));
    assertThat(
        ask("SELECT device_id, code, new, _rescued FROM heartbeat_tracker"),
        contains("1|007|null|null", "2|null|null|null", "null|8|9|{\"device_id\":\"x\"}"));
  }

  @Test
  public void aRunWithNothingNewAddsNothing() throws Exception {
    write("a.json", PRETTY);
    run();
    long version = newest().number();
    run();
    assertThat(newest().number(), is(version));
    assertThat(ask(ROWS).size(), is(2));
  }

  @Test
  public void aFileThatComesAgainUnderItsNameAddsNothing() throws Exception {
    write("a.json", PRETTY);
    run();
    List<String> rows = ask(ROWS);
    long version = newest().number();
    write("a.json", PRETTY);
    run();
    write("a.json", PRETTY.replace("52.8139067501", "99"));
    run();
    assertThat(newest().number(), is(version));
    assertThat(ask(ROWS), is(rows));
  }

  @Test
  public void theLogKnowsRowsAndBoundsOfColumns() throws Exception {
    TestRun.requireDirectRunner();
    write("a.json", PRETTY);
    run();
    assertThat(newest().files().get(0).rows(), is(2L));
    String log =
        Files.readString(output.resolve("heartbeat_tracker/_delta_log/00000000000000000001.json"));
    assertThat(log, containsString("\\\"minValues\\\":{\\\"device_id\\\":1,"));
    assertThat(log, containsString("\\\"heartrate\\\":52.8139067501"));
  }

  @Test
  public void whatCannotBeUsedIsRefusedWithWhatWasExpected() throws Exception {
    TestRun.requireDirectRunner();
    assertThat(refused("--schema=device_id"), containsString("has no type"));
    assertThat(refused("--schema=device_id number"), containsString("is no type; use int"));
    assertThat(refused("--logFormat=csv"), containsString("leave it at delta"));
    assertThat(refused("--header=true"), containsString("--header: "));
    assertThat(refused("--dashboard=here"), containsString("--dashboard: expected on, off"));
    assertThat(refused("--views=counts"), containsString("write 'name: SELECT"));
    assertThat(Files.exists(output), is(false));
    write("a.json", PRETTY);
    run();
    assertThat(refused("--schema=device_id string"), containsString("device_id of the table"));
    assertThat(
        assertThrows(UsageException.class, () -> askAsOf("7", ROWS)).getMessage(),
        containsString("--asOf: there is nothing of version 7"));
    assertThat(
        assertThrows(UsageException.class, () -> AsOf.parse("yesterday")).getMessage(),
        containsString("is no version and no time"));
    assertThat(
        assertThrows(UsageException.class, () -> AsOf.parse("2026-02-30")).getMessage(),
        containsString("is no version and no time"));
    assertThat(
        assertThrows(UsageException.class, () -> askAsOf("2020-01-01", ROWS)).getMessage(),
        containsString("--asOf: there is nothing of that time"));
  }

  private String refused(String... options) {
    return assertThrows(UsageException.class, () -> run(options)).getMessage();
  }

  private TableVersion newest() throws IOException {
    return DeltaTable.in(new Folder(output.resolve("heartbeat_tracker").toString()))
        .newest()
        .orElseThrow();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(input.resolve(name), text);
  }

  private void run(String... options) throws IOException {
    TestRun.run(pipeline, input, output, options);
  }

  private List<String> ask(String sql) throws IOException, SQLException {
    return TestRun.ask(pipeline, output, sql);
  }

  private List<String> askAsOf(String asOf, String sql) throws IOException, SQLException {
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      engine.setAsOf(AsOf.parse(asOf));
      List<String> all = new ArrayList<>();
      engine.query(sql, rows -> all.addAll(TestRun.sorted(rows)));
      return all;
    }
  }
}
