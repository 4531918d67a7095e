package io.tailrace.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** TYPE kafka on a real broker: each message once, with what comes with it, whatever is killed. */
public final class KafkaTableIT {

  private static final int KILLS = 3;
  private static final long SEED = 20_261_129;
  private static final Path EXAMPLES = Path.of("pipelines", "examples").toAbsolutePath();

  @ClassRule public static final LocalKafka KAFKA = new LocalKafka();

  @Rule public final Tailrace tailrace = new Tailrace();

  private TailraceProcess start(Path sql, Path output, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                sql.toString(),
                "--bootstrapServers=" + KAFKA.bootstrapServers(),
                "--output=" + output));
    arguments.addAll(List.of(options));
    return tailrace.start(arguments.toArray(String[]::new));
  }

  private void runToEnd(Path sql, Path output, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--trigger=availableNow"));
    all.addAll(List.of(options));
    start(sql, output, all.toArray(String[]::new)).requireExit(0, Tailrace.PATIENCE);
  }

  private Path sql(String text) throws Exception {
    return Files.writeString(tailrace.root().resolve("own.sql"), text);
  }

  /** A message; headers are names and values, one after the other. */
  private static ProducerRecord<byte[], byte[]> message(
      String topic, int partition, String key, String value, String... headers) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(topic, partition, bytes(key), bytes(value));
    for (int i = 0; i < headers.length; i += 2) {
      message.headers().add(headers[i], bytes(headers[i + 1]));
    }
    return message;
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> messages) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = KAFKA.newProducer(Map.of())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      messages.forEach(message -> sent.add(producer.send(message)));
      for (Future<RecordMetadata> message : sent) {
        message.get();
      }
    }
  }

  private static String event(String level, String service, String message) {
    return String.format(
        "{\"level\": \"%s\", \"service\": \"%s\", \"message\": \"%s\", \"latency_ms\": 2.5}",
        level, service, message);
  }

  @Test
  public void jsonWithKeysAndHeadersIsReadOnAndOn() throws Exception {
    String topic = "app-events";
    KAFKA.makeTopic(topic, 2);
    send(
        List.of(
            message(topic, 0, "ada", event("ERROR", "cart", "a"), "trace", "t1", "trace", "t2"),
            message(topic, 0, null, event("ERROR", "cart", "b"), "nothing", null),
            message(topic, 1, "", event("INFO", "cart", "c"), "trace", "t3"),
            message(topic, 1, "bob", null),
            message(topic, 1, "bob", "[" + event("ERROR", "cart", "d") + "]")));
    Path example = EXAMPLES.resolve("app-events-kafka.sql");
    Path output = tailrace.output();
    runToEnd(example, output);
    send(List.of(message(topic, 1, "\u0000\u0001", event("ERROR", "search", "e"), "x", "\u00e9")));
    runToEnd(example, output);
    assertThat(
        tailrace.query(
            "SELECT customer, message, trace, headers::VARCHAR AS headers, kafka_partition,"
                + " kafka_offset, headers['x'] AS x FROM errors ORDER BY kafka_partition,"
                + " kafka_offset"),
        contains(
            "customer,message,trace,headers,kafka_partition,kafka_offset,x",
            "ada,a,t2,{trace=t2},0,0,",
            ",b,,{nothing=NULL},0,1,",
            "\\x00\\x01,e,,{x=\u00e9},1,3,\u00e9"));
    assertThat(
        tailrace.query(
            "SELECT service, sum(events) AS events, sum(errors) AS errors, sum(traced) AS traced,"
                + " max(max_ms) AS ms FROM events_per_minute GROUP BY 1 ORDER BY 1"),
        contains("service,events,errors,traced,ms", "cart,3,2,2,2.5", "search,1,1,0,2.5"));
    assertThat(
        tailrace.query(
            "SELECT split_part(source, '@', 1) AS source, \"offset\", reason, left(raw, 2) AS raw"
                + " FROM dead_letters ORDER BY ALL"),
        contains(
            "source,offset,reason,raw",
            "app-events-1,1,no value,\"\"",
            "app-events-1,2,not a JSON object,[{"));
  }

  @Test
  public void linesOfSeveralTopicsAreRecords() throws Exception {
    KAFKA.makeTopic("jobs", 1);
    KAFKA.makeTopic("more-jobs", 2);
    send(
        List.of(
            message("jobs", 0, "k", "1;\"a;b\"\n"),
            message("jobs", 0, null, "2;c\n3;d\n"),
            message("more-jobs", 1, "k", "4;"),
            message("more-jobs", 1, "k", "x;e")));
    Path sql =
        sql(
            "CREATE EXTERNAL TABLE jobs (id INT NOT NULL, kafka_key VARCHAR, name VARCHAR) TYPE"
                + " kafka LOCATION 'elsewhere:1/jobs,more-jobs' TBLPROPERTIES '{\"format\":"
                + " \"csv\", \"delimiter\": \";\"}';\n"
                + "CREATE STREAMING TABLE l AS SELECT *, kafka_topic, kafka_partition FROM jobs;");
    runToEnd(sql, tailrace.output());
    assertThat(
        tailrace.query("SELECT * FROM l ORDER BY id"),
        contains(
            "id,kafka_key,name,kafka_topic,kafka_partition", "1,k,a;b,jobs,0", "4,k,,more-jobs,1"));
    assertThat(
        tailrace.query("SELECT reason FROM dead_letters ORDER BY 1"),
        contains(
            "reason",
            "column 'id': 'x' is not an INTEGER",
            "\"several lines in a message, which is one record\""));
  }

  @Test
  public void killedAtAnyMomentItHasEachMessageOnce() throws Exception {
    Tailrace.requireDirectRunner();
    String topic = "killed";
    KAFKA.makeTopic(topic, 2);
    Path sql =
        sql(
            "CREATE EXTERNAL TABLE t (n INT) TYPE kafka LOCATION 'elsewhere:1/killed' TBLPROPERTIES"
                + " '{\"format\": \"json\", \"schemaEvolutionMode\": \"addNewColumns\"}';\n"
                + "CREATE STREAMING TABLE l AS SELECT *, kafka_partition AS p, kafka_offset AS o,"
                + " kafka_headers['n'] AS header FROM t;\n"
                + "CREATE MATERIALIZED VIEW per_key AS SELECT kafka_key, COUNT(*) AS messages, SUM(n)"
                + " AS sum, COUNT(kafka_headers['n']) AS headers FROM t GROUP BY ALL;");
    Random random = new Random(SEED);
    OutputFolder output = new OutputFolder(tailrace.output());
    int sent = 0;
    for (int kills = 0; kills < KILLS; kills++) {
      sent = sendNumbers(topic, sent, 300);
      TailraceProcess run =
          start(sql, tailrace.output(), "--landEvery=0s", "--pollInterval=50ms", "--progress=none");
      int plans = output.plans() + random.nextInt(2);
      int receipts = output.receipts() + 1 + random.nextInt(3);
      boolean early = kills % 2 == 0;
      while (early ? output.plans() <= plans : output.receipts() < receipts) {
        sent = sendNumbers(topic, sent, 10);
        assertThat(run.toString(), run.isRunning(), is(true));
      }
      run.kill();
    }
    runToEnd(sql, tailrace.output());
    long sum = (long) sent * (sent - 1) / 2;
    assertThat(
        tailrace.query(
            "SELECT count(*) AS rows, count(DISTINCT (p, o)) AS places, sum(n) AS sum,"
                + " count(*) FILTER (WHERE n::VARCHAR = header) AS headers, count(half) AS halves"
                + " FROM l"),
        contains(
            "rows,places,sum,headers,halves",
            String.format("%d,%d,%d,%d,%d", sent, sent, sum, sent, (sent + 1) / 2)));
    assertThat(
        tailrace
            .query("SELECT sum(messages), sum(sum), sum(headers), count(*) FROM per_key")
            .get(1),
        is(String.format("%d,%d,%d,3", sent, sum, sent)));
    assertThat(output.receipts(), greaterThan(KILLS));
  }

  /** Sends messages with numbers; every second one has another field. */
  private static int sendNumbers(String topic, int from, int count) throws Exception {
    List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
    for (int n = from; n < from + count; n++) {
      String value = n % 2 == 0 ? "{\"n\": %d, \"half\": %d}" : "{\"n\": %d}";
      messages.add(
          message(
              topic,
              n % 2,
              List.of("a", "b", "c").get(n % 3),
              String.format(value, n, n / 2),
              "n",
              String.valueOf(n)));
    }
    send(messages);
    return from + count;
  }

  @Test
  public void whatCannotBeUsedIsRefusedBeforeAnythingIsWritten() throws Exception {
    Tailrace.requireDirectRunner();
    Path events = EXAMPLES.resolve("app-events-kafka.sql");
    refused(events, "--topic: there is no topic nothing at", "--topic=nothing");
    TailraceProcess files =
        tailrace.start("run", EXAMPLES.resolve("orders.sql").toString(), "--topic=x");
    files.requireExit(2, Tailrace.PATIENCE);
    assertThat(files.err(), containsString("there is no option --topic"));
  }

  private void refused(Path sql, String reason, String... options) throws Exception {
    TailraceProcess run = start(sql, tailrace.output(), options);
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString(reason));
    assertThat(
        run.err().lines().filter(line -> line.startsWith("tailrace: ")).toList(), hasSize(1));
    assertThat(Files.exists(tailrace.output()), is(false));
  }
}
