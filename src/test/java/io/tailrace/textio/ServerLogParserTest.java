package io.tailrace.textio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.tailrace.feed.RecordFunction.UnitRecords;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.junit.Test;

/**
 * Given this line, it is this record, or none for this reason; and for server-logs.sql it is the
 * same.
 */
public final class ServerLogParserTest {

  private static final LogPipeline SQL = Pipelines.SERVER_LOGS;
  private static final Report VOLUME = SQL.reports().get(0);

  private final ServerLogParser parser = new ServerLogParser();
  private final Taken sql = new Taken();
  private final UnitRecords sqlRecords = SQL.records(null).begin(UnitInput.UNKNOWN, sql);

  /** What the SQL adds to its report. */
  private static final class Taken implements UnitOutput {

    private final ReportTable table = VOLUME.newTable();

    @Override
    public ReportTable table(Report report) {
      return table;
    }

    @Override
    public HeldRows rows(LogTable log) {
      return HeldRows.of(log);
    }

    @Override
    public Consumer<GenericRecord> log(LogTable log) {
      throw new IllegalArgumentException("No log grows");
    }

    /** The measures of a server; empty if there is none. */
    Map<String, Number> measures(String server) {
      Map<String, Number> measures = new HashMap<>();
      byte[] key = server.getBytes(StandardCharsets.UTF_8);
      int row = table.find(key, 0, key.length);
      for (int i = 0; row >= 0 && i < VOLUME.measures().size(); i++) {
        measures.put(VOLUME.measures().get(i).name(), table.number(row, i));
      }
      return measures;
    }
  }

  @Test
  public void readsTheThreeFields() {
    assertRecord("s1,2,5", "s1", 2, 5);
    assertRecord("s1,1,1", "s1", 1, 1);
    assertRecord("web-17.example,0,9223372036854775807", "web-17.example", 0, Long.MAX_VALUE);
    assertRecord("Zürich-é中😀,2,5", "Zürich-é中😀", 2, 5);
  }

  @Test
  public void numbersAreThoseOfSql() {
    assertRecord("s1,02,007", "s1", 2, 7);
    assertRecord("s1,2,0000000000000000000000000012", "s1", 2, 12);
    assertRecord("s1,2.0,1e3", "s1", 2, 1000);
    assertRecord("s1,+1,+5", "s1", 1, 5);
    for (String timestamp : List.of("x", "5x", "5 6", "1,5", "9223372036854775808", "-", "\"\"")) {
      boolean isTwo = timestamp.contains(",");
      assertNoRecord(
          "s1,2," + timestamp,
          isTwo
              ? "4 fields, 3 expected"
              : "column 'timestamp': '" + timestamp.replace("\"", "") + "' is not a BIGINT");
    }
    assertNoRecord("s1,2,0", "CHECK (\"timestamp\" >= 1) is not met");
    assertNoRecord("s1,2,-5", "CHECK (\"timestamp\" >= 1) is not met");
    assertNoRecord("s1,x,5", "column 'severity': 'x' is not an INTEGER");
    assertNoRecord("s1,4294967297,5", "column 'severity': '4294967297' is not an INTEGER");
    for (String severity : List.of("3", "-1", "22")) {
      assertNoRecord("s1," + severity + ",5", "CHECK (severity BETWEEN 0 AND 2) is not met");
    }
  }

  @Test
  public void ignoresBlanksAroundFieldsAndACarriageReturn() {
    assertRecord("s1,2,5\r", "s1", 2, 5);
    assertRecord(" s1 ,\t2 , 5  \r", "s1", 2, 5);
    assertRecord("\ts1,2,5", "s1", 2, 5);
    assertRecord("the server,2,5", "the server", 2, 5);
  }

  @Test
  public void readsQuotedFields() {
    assertRecord("\"s1\",2,4", "s1", 2, 4);
    assertRecord("s1,2,\"12345678\"\r", "s1", 2, 12345678);
    assertRecord(" \"s1\"\t, \" 2 \" , \" 4 \" \r", "s1", 2, 4);
    assertRecord("\"rack 7, host 3\",0,4", "rack 7, host 3", 0, 4);
    assertRecord("\"the \"\"old\"\" one\",2,4", "the \"old\" one", 2, 4);
    assertRecord("\" s1 \",2,4", " s1 ", 2, 4);
    assertRecord("\"" + "\"\"".repeat(256) + "\",2,5", "\"".repeat(256), 2, 5);
    assertRecord("12\" disk,2,4", "12\" disk", 2, 4);
    assertNoRecord("\"s1,2,4", "quoted field does not end in its line");
    assertNoRecord("\"s1\"x,2,4", "text behind a quoted field");
  }

  @Test
  public void refusesAWrongNumberOfFields() {
    assertNoRecord("s1", "1 field, 3 expected");
    assertNoRecord("s1,2", "2 fields, 3 expected");
    assertNoRecord("\"s1,2,4\"", "1 field, 3 expected");
    assertNoRecord("s1,2,5,", "4 fields, 3 expected");
  }

  @Test
  public void refusesWhatIsMissing() {
    for (String line : List.of(",2,5", "  ,2,5", "\t,2,5")) {
      assertNoRecord(line, "column 'serverID' is NULL");
    }
    assertNoRecord("s1,,5", "column 'severity' is NULL");
    assertNoRecord("s1,2, ", "column 'timestamp' is NULL");
  }

  @Test
  public void refusesAServerThatIsNoKey() {
    String reason = "CHECK (strlen(serverID) BETWEEN 1 AND 256) is not met";
    assertRecord("s".repeat(256) + ",2,5", "s".repeat(256), 2, 5);
    assertNoRecord("s".repeat(257) + ",2,5", reason);
    assertNoRecord("\"\",2,5", reason);
  }

  @Test
  public void refusesWhatIsNotUtf8() {
    byte[] line = "s?,2,5".getBytes(StandardCharsets.US_ASCII);
    line[1] = (byte) 0xff;
    assertThat(parser.parse(line, 0, line.length), is(Optional.of("not valid UTF-8")));
    assertThat(sqlRecords.record(line, 0, line.length), is(Optional.of("not valid UTF-8")));
  }

  @Test
  public void refusesALineThatIsTooLong() {
    byte[] line = ("s1,2,5" + " ".repeat(1 << 20)).getBytes(StandardCharsets.US_ASCII);
    assertThat(parser.parse(line, 0, line.length), is(ServerLogParser.TOO_LONG));
  }

  @Test
  public void anyLineIsTheSameForBoth() {
    Random random = new Random(3);
    List<String> servers =
        List.of(
            "s1",
            "s10",
            "server88",
            "",
            " ",
            " s1\t",
            "s\u00001",
            "é1",
            "\u007f",
            "\"s1\"",
            "\"s1",
            "s\"1",
            "\"a,0\"",
            "\"\"",
            "\" \"",
            "\"\"\"\"",
            "\"x\"\"y\"",
            "\ufeffs1",
            "s".repeat(257),
            "\"s1\" ",
            "\"s1\"x");
    List<String> numbers =
        List.of(
            "0",
            "1",
            "2",
            "3",
            "",
            " 2",
            "2\t",
            "22",
            "\"2\"",
            "\"",
            "\"\"",
            "+1",
            "-0",
            "01",
            "1.0",
            "1.5",
            "2.5",
            "0.4",
            ".5",
            "5.",
            "1e0",
            "1e400",
            "0x1",
            "1_000",
            "12345678",
            "123456789",
            "9223372036854775807",
            "9223372036854775808",
            "9223372036854775807.4",
            "99999999999999999999999",
            "2147483648",
            "nan",
            "inf",
            "true",
            "NULL",
            "１");
    List<String> ends = List.of("", "", "\r", " ", ",", "\r\r", "\t\r", ",x");
    int records = 0;
    for (int i = 0; i < 200_000; i++) {
      String line =
          any(random, servers)
              + ","
              + (random.nextBoolean() ? any(random, numbers) : random.nextInt(3))
              + ","
              + (random.nextBoolean() ? any(random, numbers) : random.nextInt(200_000_000))
              + any(random, ends);
      records += bothRead(line).isEmpty() ? 1 : 0;
    }
    assertThat(records, greaterThan(10_000));
  }

  private static String any(Random random, List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  /** Requires that both make the same of a line; the reason if it is none. */
  private Optional<String> bothRead(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    Optional<String> problem = parser.parse(bytes, 0, bytes.length);
    if (problem.isPresent()) {
      assertThat(line, sqlRecords.record(bytes, 0, bytes.length), is(problem));
      return problem;
    }
    String counted = "COUNT(*) FILTER (WHERE severity = " + parser.severity() + ")";
    List<Long> expected = new ArrayList<>();
    Map<String, Number> before = sql.measures(parser.server());
    for (String measure : List.of("records", counted)) {
      expected.add(before.getOrDefault(measure, 0L).longValue() + 1);
    }
    expected.add(
        Math.min(
            before.getOrDefault("MIN(timestamp)", Long.MAX_VALUE).longValue(), parser.timestamp()));
    expected.add(
        Math.max(
            before.getOrDefault("MAX(timestamp)", Long.MIN_VALUE).longValue(), parser.timestamp()));
    assertThat(line, sqlRecords.record(bytes, 0, bytes.length), is(Optional.empty()));
    Map<String, Number> after = sql.measures(parser.server());
    assertThat(
        line,
        List.of("records", counted, "MIN(timestamp)", "MAX(timestamp)").stream()
            .map(measure -> after.get(measure).longValue())
            .toList(),
        is(expected));
    return problem;
  }

  private void assertRecord(String line, String server, int severity, long timestamp) {
    assertThat(line, bothRead(line), is(Optional.empty()));
    assertThat(line, parser.server(), is(server));
    assertThat(line, parser.severity(), is(severity));
    assertThat(line, parser.timestamp(), is(timestamp));
  }

  private void assertNoRecord(String line, String reason) {
    assertThat(line, bothRead(line), is(Optional.of(reason)));
  }
}
