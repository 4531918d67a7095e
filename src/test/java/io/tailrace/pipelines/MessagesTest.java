package io.tailrace.pipelines;

import static io.tailrace.pipelines.MessageUnit.take;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.feed.Feed;
import io.tailrace.feed.RecordFunction;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import io.tailrace.run.RunCommand;
import io.tailrace.sql.Explain;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.Before;
import org.junit.Test;

/** Given these messages of a topic, these are the rows; {@code KafkaTableIT} has the broker. */
public final class MessagesTest {

  private static final Optional<String> TAKEN = Optional.empty();

  private final MessageUnit unit = new MessageUnit();

  @Before
  public void offset() {
    unit.setOffset(7);
  }

  private RecordFunction.UnitRecords records(String columns, String properties, String select) {
    SqlPipeline pipeline = pipeline("", columns, properties, select);
    return pipeline.records(RunCommand.options(pipeline, List.of("--topic=t"))).begin(unit, unit);
  }

  private static SqlPipeline pipeline(
      String location, String columns, String properties, String select) {
    return SqlPipeline.of(
        new Ledger.Sql(
            "own.sql",
            String.format(
                "CREATE EXTERNAL TABLE t %s TYPE kafka %s TBLPROPERTIES '{%s}';"
                    + "CREATE STREAMING TABLE l AS SELECT %s FROM t;",
                columns, location, properties, select)));
  }

  @Test
  public void whatComesWithAMessageIsInColumns() {
    RecordFunction.UnitRecords records =
        records(
            "(id BIGINT)",
            "\"format\": \"json\"",
            "id, kafka_key, kafka_timestamp, kafka_partition, kafka_offset, kafka_topic,"
                + " kafka_headers, kafka_headers['trace'] AS trace, _rescued AS others");
    unit.setKey(utf8("ada"));
    unit.headers().put("trace", new byte[] {'x'});
    unit.headers().put("none", null);
    unit.headers().put("", new byte[0]);
    // A field of the value with the name of such a column belongs to no column.
    assertThat(take(records, "{\"id\": 1, \"kafka_key\": \"mine\"}"), is(TAKEN));
    unit.setKey(null);
    unit.headers().clear();
    unit.setTimestamp(-1);
    assertThat(take(records, "{\"id\": 2}\n"), is(TAKEN));
    assertThat(
        unit.rows(),
        contains(
            "1|ada|1767225600123000|2|7|orders|{trace=x, none=null, =}|x|{\"kafka_key\":\"mine\"}",
            "2|null|null|2|7|orders|{}|null|null"));
  }

  @Test
  public void keysAndHeadersMayBeAnyBytes() {
    RecordFunction.UnitRecords records =
        records("(a INT)", "\"format\": \"json\"", "kafka_key, kafka_headers");
    byte[] number = {0, 0, 1, (byte) 0xff};
    unit.headers().put("id", number);
    unit.headers().put("tab\t", "Zo\u00eb".getBytes(StandardCharsets.UTF_8));
    unit.setKey(ByteBuffer.wrap(number));
    assertThat(take(records, "{}"), is(TAKEN));
    unit.headers().clear();
    unit.setKey(ByteBuffer.wrap(new byte[0]));
    assertThat(take(records, "{}"), is(TAKEN));
    unit.setKey(utf8("[Zo\u00eb]").position(1).limit(5).slice());
    assertThat(take(records, "{}"), is(TAKEN));
    ByteBuffer elsewhere = ByteBuffer.allocateDirect(3);
    unit.setKey(elsewhere.put("abc".getBytes(StandardCharsets.UTF_8)).flip());
    assertThat(take(records, "{}"), is(TAKEN));
    assertThat(take(records, "{}"), is(TAKEN));
    assertThat(
        unit.rows(),
        contains(
            "\\x00\\x00\\x01\\xff|{id=\\x00\\x00\\x01\\xff, tab\\x09=Zo\u00eb}",
            "|{}",
            "Zo\u00eb|{}",
            "abc|{}",
            "abc|{}"));
  }

  @Test
  public void aKeyThatIsRequiredIsThereOrTheMessageIsADeadLetter() {
    RecordFunction.UnitRecords records =
        records("(kafka_key VARCHAR NOT NULL, a INT)", "\"format\": \"json\"", "a");
    assertThat(take(records, "{}"), is(Optional.of("column 'kafka_key' is NULL")));
    unit.setKey(utf8("k"));
    assertThat(take(records, "{}"), is(TAKEN));
  }

  @Test
  public void columnsThatAreDeclaredAreThoseOfTheStar() {
    unit.setKey(utf8("k"));
    RecordFunction.UnitRecords csv =
        records(
            "(id INT, KAFKA_KEY VARCHAR, name VARCHAR, kafka_offset BIGINT)",
            "\"format\": \"CSV\", \"csv.delimiter\": \";\"",
            "*");
    assertThat(take(csv, "1;a"), is(TAKEN));
    assertThat(take(csv, "2;\"b\"\r\n"), is(TAKEN));
    RecordFunction.UnitRecords regex =
        records("", "\"format\": \"regex\", \"pattern\": \"(?P<a>.) (?P<b>.)\"", "*");
    assertThat(take(regex, "x y\n"), is(TAKEN));
    assertThat(unit.rows(), contains("1|k|a|7", "2|k|b|7", "x|y"));
  }

  @Test
  public void aMessageIsOneRecord() {
    RecordFunction.UnitRecords csv = records("(a VARCHAR)", "\"format\": \"csv\"", "a");
    Optional<String> several = Optional.of("several lines in a message, which is one record");
    assertThat(take(csv, "a\nb"), is(several));
    assertThat(take(csv, "\"a\nb\""), is(several));
    assertThat(take(csv, "a\n\n"), is(several));
    for (String nothing : List.of("", "\n", " \r\n")) {
      assertThat(take(csv, nothing), is(Optional.of("an empty message")));
    }
    RecordFunction.UnitRecords json = records("(a VARCHAR)", "\"format\": \"json\"", "a");
    assertThat(take(json, "[{}, {}]"), is(Optional.of("not a JSON object")));
    assertThat(take(json, "{}\n{}"), is(Optional.of("more than one JSON object")));
    RecordFunction.UnitRecords log =
        records("(k INT)", "\"format\": \"logfmt\"", "k, kafka_partition");
    assertThat(take(log, "k=1\nk=2"), is(several));
    assertThat(take(log, "k=1\n"), is(TAKEN));
    RecordFunction.UnitRecords trace =
        records("", "\"format\": \"regex\", \"pattern\": \"(?s)(?P<a>[^:]*): (?P<b>.*)\"", "*");
    assertThat(take(trace, "Error: x\n at y\n"), is(TAKEN));
    assertThat(
        take(records("", "\"format\": \"regex\", \"pattern\": \"(?P<a>.*)\"", "a"), "x\ny"),
        is(Optional.of("does not match the pattern")));
    assertThat(unit.rows(), contains("1|2", "Error|x\n at y"));
  }

  @Test
  public void logsOfServersAndEventsOfGamesAreValuesToo() {
    unit.setKey(utf8("web1"));
    String line = "192.0.2.1 - - [01/Mar/2026:10:00:00 +0000] \"GET /a?b HTTP/1.1\" 200 5";
    assertThat(
        take(
            records(
                "",
                "\"format\": \"access_log\", \"access_log.format\": \"common\"",
                "path, status, kafka_key"),
            line + "\n"),
        is(TAKEN));
    assertThat(
        take(
            records("", "\"format\": \"game_events\"", "event_type, kafka_offset, kafka_key"),
            "{\"event_type\": \"default\"}"),
        is(TAKEN));
    assertThat(unit.rows(), contains("/a|200|web1", "default|7|web1"));
  }

  @Test
  public void optionsCountMoreThanTheDeclaration() {
    String json = "\"format\": \"json\"";
    requireAddress("a:1,b:2/x,y", json, "a:1,b:2 x,y");
    requireAddress("a:1/x", json, "c:3 x", "--bootstrapServers=c:3");
    requireAddress("[::1]:1/x", json, "[::1]:1 x");
    requireAddress("a:1/x", json, "a:1 z", "--topic=z");
    requireAddress(
        "a:1/x",
        json + ", \"bootstrap_servers\": [\"a:1\", \"b:2\"], \"topics\": \"x, y\"",
        "a:1,b:2 x,y");
    SqlPipeline nowhere = pipeline("", "(a INT)", json, "a");
    assertThat(
        refused(() -> Feed.of(RunCommand.options(nowhere, List.of()), "out")),
        is("--topic: give the Kafka topic to read"));
    assertThat(
        refused(() -> RunCommand.options(nowhere, List.of("--topic=x", "--input=files"))),
        is("--input: t reads the topic of --topic or LOCATION, and no files"));
    assertThat(Explain.of(nowhere.program()), startsWith("input t, json of a Kafka topic\n"));
    assertThat(
        Explain.of(pipeline("LOCATION 'b:2/y'", "(a INT)", json, "a").program()),
        allOf(
            startsWith("input t, json of the Kafka topic y at b:2\n"),
            containsString("  kafka_headers    MAP(VARCHAR, VARCHAR)  of the message\n")));
  }

  private static String refused(Runnable start) {
    return assertThrows(UsageException.class, start::run).getMessage();
  }

  private static void requireAddress(
      String location, String properties, String address, String... options) {
    SqlPipeline pipeline = pipeline("LOCATION '" + location + "'", "(a INT)", properties, "a");
    TopicOptions all = RunCommand.options(pipeline, List.of(options)).as(TopicOptions.class);
    assertThat(all.getBootstrapServers() + " " + all.getTopic(), is(address));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
