package io.tailrace.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.tailrace.game.GameApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestName;

/** {@code game-events} on a real broker: each event once in the table, whatever is killed. */
public final class GameEventsIT {

  private static final int KILLS = 6;
  private static final long SEED = 20_261_121;

  @ClassRule public static final LocalKafka KAFKA = new LocalKafka();

  @ClassRule public static final LocalRedis REDIS = new LocalRedis();

  @ClassRule public static final LocalS3 S3 = new LocalS3();

  @Rule public final Tailrace tailrace = new Tailrace();
  @Rule public final TestName test = new TestName();

  private SwordTopic swords;
  private String topic;

  @Before
  public void makeTopic() throws Exception {
    topic = test.getMethodName();
    swords = SwordTopic.make(KAFKA, topic);
  }

  private TailraceProcess start(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(swords.command(tailrace));
    arguments.addAll(List.of(options));
    return tailrace.start(arguments.toArray(String[]::new));
  }

  private void runToEnd(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--trigger=availableNow"));
    all.addAll(List.of(options));
    start(all.toArray(String[]::new)).requireExit(0, Tailrace.PATIENCE);
  }

  @Test
  public void eventsBecomeRowsAndReports() throws Exception {
    KAFKA.send(
        topic,
        0,
        List.of(
            SwordTopic.event("Player 1", "sword_event", "increase", "wood"),
            "{\"Host\": \"Player 1\", \"event_type\": \"default\"}",
            "no event",
            "{\"Host\": \"x\"}"));
    KAFKA.send(
        topic,
        2,
        List.of(SwordTopic.event("Jordan, \\\"Jo\\\" Meyer", "guild_event", "reduce", "a")));
    long before = System.currentTimeMillis();
    runToEnd();
    assertThat(
        tailrace.query(
            "SELECT kafka_partition, kafka_offset, Accept, Host, \"User-Agent\", event_type,"
                + " direction, event_detail FROM valid_events ORDER BY 1, 2"),
        contains(
            "kafka_partition,kafka_offset,Accept,Host,User-Agent,event_type,direction,event_detail",
            "0,0,*/*,Player 1,test/1,sword_event,increase,wood",
            "2,0,*/*,\"Jordan, \"\"Jo\"\" Meyer\",test/1,guild_event,reduce,a"));
    assertThat(
        tailrace.query("SELECT DISTINCT raw_event->>'event_type' = event_type FROM valid_events"),
        hasSize(2));
    assertThat(
        tailrace.query(
            "SELECT count(*) FROM valid_events WHERE epoch_ms(timestamp) BETWEEN "
                + (before - 60_000)
                + " AND "
                + before),
        contains("count_star()", "2"));
    assertThat(
        tailrace.query("SELECT * FROM events_by_type ORDER BY ALL"),
        contains(
            "event_type,direction,events",
            "default,\"\",1",
            "guild_event,reduce,1",
            "sword_event,increase,1"));
    assertThat(
        tailrace.query(
            "SELECT event_type, events FROM events_by_host WHERE host = 'Player 1'"
                + " ORDER BY 1"),
        contains("event_type,events", "default,1", "sword_event,1"));
    assertThat(
        tailrace
            .query(
                "SELECT split_part(source, '@', 1), \"offset\", left(reason, 31), raw"
                    + " FROM dead_letters ORDER BY 2")
            .subList(1, 3),
        contains(
            topic + "-0,2,not JSON: Unrecognized token 'n,no event",
            topic + "-0,3,no event_type,\"{\"\"Host\"\": \"\"x\"\"}\""));
  }

  @Test
  public void whateverATopicContainsIsARowOrADeadLetter() throws Exception {
    Tailrace.requireDirectRunner();
    topic = "anything";
    KAFKA.makeTopic(topic, 3, Map.of());
    byte[] key = utf8("player-7");
    String large = "x".repeat(3 << 20);
    try (KafkaProducer<byte[], byte[]> producer = KAFKA.newProducer(Map.of())) {
      ProducerRecord<byte[], byte[]> withHeaders =
          new ProducerRecord<>(topic, 0, key, event("headers"));
      withHeaders.headers().add("trace", new byte[] {(byte) 0xff}).add("nothing", null);
      producer.send(withHeaders).get();
      send(producer, 0, null, event("no key"));
      send(producer, 0, key, null);
      send(producer, 0, null, null);
      send(producer, 0, new byte[0], new byte[0]);
      send(producer, 0, new byte[] {(byte) 0xff}, new byte[] {'{', '"', (byte) 0xff, '"', '}'});
      send(producer, 0, null, event(large));
      send(producer, 0, new byte[3 << 20], event("large key"));
      producer.send(new ProducerRecord<>(topic, 0, 0L, key, event("1970"))).get();
      producer.send(new ProducerRecord<>(topic, 0, Long.MAX_VALUE, key, event("late"))).get();
      send(producer, 0, key, event("x".repeat(16 << 20)));
      send(producer, 0, key, event("to be damaged"));
      send(producer, 0, key, event("last"));
    }
    Map<String, Object> transactions = Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
    try (KafkaProducer<byte[], byte[]> producer = KAFKA.newProducer(transactions)) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, 1, key, event("committed"));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, 1, key, event("aborted"));
      producer.abortTransaction();
    }
    for (String compression : List.of("gzip", "snappy", "lz4", "zstd")) {
      Map<String, Object> compressed = Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
      try (KafkaProducer<byte[], byte[]> producer = KAFKA.newProducer(compressed)) {
        send(producer, 2, key, event(compression));
      }
    }
    KAFKA.damage(topic, 0, "to be damaged");
    for (String logFormat : List.of("parquet", "csv")) {
      Path output = tailrace.root().resolve(logFormat);
      runTopicToEnd(output, "--logFormat=" + logFormat);
      assertThat(
          tailrace.query(
              output,
              "SELECT kafka_partition AS p, kafka_offset AS o, left(event_detail, 9) AS detail,"
                  + " length(event_detail) AS length, timestamp < '1970-01-02' AS first_day"
                  + " FROM valid_events ORDER BY ALL"),
          contains(
              "p,o,detail,length,first_day",
              "0,0,headers,7,false",
              "0,1,no key,6,false",
              "0,6,xxxxxxxxx," + large.length() + ",false",
              "0,7,large key,9,false",
              "0,8,1970,4,true",
              "0,12,last,4,false",
              "1,0,committed,9,false",
              "2,0,gzip,4,false",
              "2,1,snappy,6,false",
              "2,2,lz4,3,false",
              "2,3,zstd,4,false"));
      assertThat(
          tailrace.query(
              output,
              "SELECT \"offset\", reason, raw FROM dead_letters WHERE \"offset\" < 10"
                  + " ORDER BY \"offset\""),
          contains(
              "offset,reason,raw",
              "2,no value,\"\"",
              "3,no value,\"\"",
              "4,not a JSON object,\"\"",
              "5,not valid UTF-8,\"{\"\"\ufffd\"\"}\"",
              "9,the timestamp 9223372036854775807 ms is after the year 9999,\""
                  + new String(event("late"), UTF_8).replace("\"", "\"\"")
                  + "\""));
      assertThat(
          tailrace.query(
              output,
              "SELECT split_part(reason, ' at ', 1) AS reason FROM dead_letters"
                  + " WHERE \"offset\" > 9 ORDER BY \"offset\""),
          contains(
              "reason",
              "message longer than 16 MiB",
              "damaged in the topic: Record batch for partition anything-0"));
    }
  }

  @Test
  public void aCompactedTopicIsReadAcrossItsGaps() throws Exception {
    Tailrace.requireDirectRunner();
    topic = "compacted";
    KAFKA.compactAtOnce();
    KAFKA.makeTopic(
        topic,
        1,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0",
            TopicConfig.SEGMENT_MS_CONFIG, "1"));
    try (KafkaProducer<byte[], byte[]> producer = KAFKA.newProducer(Map.of())) {
      for (int i = 0; i < 12; i++) {
        send(producer, 0, utf8("player-" + i % 2), event("sword " + i));
      }
      send(producer, 0, utf8("player-0"), null);
      Awaitility.await()
          .until(
              () -> {
                // What was written last is compacted once something comes after it.
                send(producer, 0, utf8("other"), event("other"));
                return KAFKA.records(topic).get(0).offset() == 11;
              });
    }
    Path output = tailrace.root().resolve("compacted");
    runTopicToEnd(output);
    assertThat(
        tailrace.query(output, "SELECT kafka_offset, event_detail FROM valid_events LIMIT 1"),
        contains("kafka_offset,event_detail", "11,sword 11"));
    assertThat(
        tailrace.query(output, "SELECT \"offset\", reason FROM dead_letters"),
        contains("offset,reason", "12,no value"));
  }

  private void runTopicToEnd(Path output, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "game-events",
                "--bootstrapServers=" + KAFKA.bootstrapServers(),
                "--topic=" + topic,
                "--output=" + output,
                "--trigger=availableNow"));
    command.addAll(List.of(options));
    tailrace.start(command.toArray(String[]::new)).requireExit(0, Tailrace.PATIENCE);
  }

  private void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] key, byte[] value)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
  }

  private static byte[] event(String detail) {
    return utf8(SwordTopic.event("Player 7", "sword_event", "increase", detail));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  public void theTableMayBeOnS3() throws Exception {
    Tailrace.requireDirectRunner();
    String output = S3.newBucket().path("events");
    swords.requireExactOn(output, S3.options(), tailrace);
    List<String> ddl = new ArrayList<>(List.of("query", "--ddl=trino", "--output=" + output));
    ddl.addAll(S3.options());
    TailraceProcess statement = tailrace.start(ddl.toArray(String[]::new));
    statement.requireExit(0, Tailrace.PATIENCE);
    assertThat(statement.out(), containsString("'" + output + "/valid_events'"));
  }

  /** The analyst's questions, after a load that is known to the request. */
  @Test
  public void whatPlayersDidThroughTheApiIsInTheTable() throws Exception {
    Tailrace.requireDirectRunner();
    try (GameApi api = GameApi.start(0, KAFKA.bootstrapServers(), topic)) {
      TailraceProcess run = start("--landEvery=4s", "--pollInterval=200ms");
      for (int i = 0; i < 16; i++) {
        String path = i < 12 ? "/purchase_a_sword" : "/join_guild";
        String method = i < 2 || i == 12 ? "DELETE" : "GET";
        assertThat(HttpExchange.of(api.port(), method + " " + path).status(), is(200));
      }
      String url = "http://127.0.0.1:" + api.port();
      HttpLoad.send(url + "/purchase_a_sword", "Player 1", 100);
      HttpLoad.send(url + "/purchase_a_sword", "Player 2", 200);
      HttpLoad.send(url + "/purchase_a_sword", "Player 3", 100);
      HttpLoad.send(url + "/join_guild", "Player 3", 100);
      HttpLoad.send(url + "/join_guild", "Player 2", 100);
      HttpLoad.send(url + "/join_guild", "Jordan Meyer", 11_111);
      assertThat(HttpExchange.of(api.port(), "GET /").status(), is(200));
      OutputFolder output = new OutputFolder(tailrace.output());
      Tailrace.await(run).until(() -> output.records() == 11_728);
      run.terminate();
      run.requireExit(0, Tailrace.TIME_TO_STOP);
    }
    assertThat(
        tailrace.query("SELECT count(*) AS events FROM valid_events"), contains("events", "11727"));
    assertThat(
        tailrace.query(
            "SELECT direction, count(*) AS events FROM valid_events GROUP BY 1 ORDER BY 1"),
        contains("direction,events", "increase,11724", "reduce,3"));
    assertThat(
        tailrace.query(
            "SELECT Host, event_type, count(*) AS events FROM valid_events GROUP BY ALL"
                + " ORDER BY ALL"),
        contains(
            "Host,event_type,events",
            "Jordan Meyer,guild_event,11111",
            "Player 1,sword_event,100",
            "Player 2,guild_event,100",
            "Player 2,sword_event,200",
            "Player 3,guild_event,100",
            "Player 3,sword_event,100",
            "localhost,guild_event,4",
            "localhost,sword_event,12"));
    assertThat(
        tailrace.query(
            "SELECT Host, event_type, event_detail, count(*) AS events FROM valid_events"
                + " WHERE Host = 'localhost' GROUP BY ALL ORDER BY ALL"),
        contains(
            "Host,event_type,event_detail,events",
            "localhost,guild_event,starter guild,4",
            "localhost,sword_event,wood,12"));
    assertThat(
        tailrace
            .query("SELECT event_type, direction, events FROM events_by_type ORDER BY ALL")
            .subList(1, 6),
        contains(
            "default,\"\",1",
            "guild_event,increase,11314",
            "guild_event,reduce,1",
            "sword_event,increase,410",
            "sword_event,reduce,2"));
    assertThat(
        tailrace.query(
            "SELECT count(DISTINCT (kafka_partition, kafka_offset)) AS places FROM valid_events"),
        contains("places", "11727"));
  }

  @Test
  @Alone
  public void whatComesWhileItRunsLandsInTimeAndInFewFiles() throws Exception {
    TailraceProcess run = start("--landEvery=6s", "--pollInterval=200ms");
    OutputFolder output = new OutputFolder(tailrace.output());
    swords.send(1);
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    for (int second = 0; second < 8; second++) {
      swords.send(1);
      long sentAt = System.nanoTime();
      if (second % 4 == 0) {
        Tailrace.await(run).until(() -> output.records() == swords.sent());
        assertThat(Duration.ofNanos(System.nanoTime() - sentAt), lessThan(Duration.ofSeconds(6)));
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    assertThat(output.logFiles("valid_events").size(), lessThanOrEqualTo(5));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    swords.requireExact(tailrace);
  }

  @Test
  public void killedAtAnyMomentItHasEachEventOnce() throws Exception {
    Random random = new Random(SEED);
    OutputFolder output = new OutputFolder(tailrace.output());
    for (int kills = 0; kills < KILLS; kills++) {
      swords.send(500);
      TailraceProcess run = start("--landEvery=0s", "--pollInterval=50ms", "--progress=none");
      int plans = output.plans() + random.nextInt(3);
      int receipts = output.receipts() + 1 + random.nextInt(4);
      boolean early = kills % 2 == 0;
      Tailrace.await(run)
          .until(
              () -> {
                swords.send(20);
                return early ? output.plans() > plans : output.receipts() >= receipts;
              });
      run.kill();
    }
    runToEnd();
    swords.requireExact(tailrace);
    assertThat(output.receipts(), greaterThan(KILLS));
  }

  @Test
  public void aBrokerThatIsKilledAndComesBackCostsNothing() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess run = start("--landEvery=0s", "--pollInterval=100ms");
    OutputFolder output = new OutputFolder(tailrace.output());
    swords.send(1_000);
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    KAFKA.kill();
    Tailrace.await(run).until(() -> run.err().contains("cannot be planned for yet"));
    KAFKA.startAgain();
    swords.send(1_000);
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    swords.requireExact(tailrace);
  }

  @Test
  public void redisIsToldOfChosenEventsOnceAlsoWhenTheRunIsKilled() throws Exception {
    Tailrace.requireDirectRunner();
    requireThatRedisIsToldOnce("parquet");
  }

  @Test
  public void aDeltaTableAndRedisHaveEachEventOnceAlsoWhenTheRunIsKilled() throws Exception {
    requireThatRedisIsToldOnce("delta");
    assertThat(
        tailrace.query(
            "SELECT count(*) AS rows, count(DISTINCT kafka_offset) AS offsets FROM valid_events"),
        contains("rows,offsets", "60,60"));
  }

  private void requireThatRedisIsToldOnce(String logFormat) throws Exception {
    String[] options = {
      "--landEvery=0s",
      "--pollInterval=50ms",
      "--logFormat=" + logFormat,
      "--notify=" + REDIS.url(topic),
      "--notifyOn=host = 'Player 3'"
    };
    List<String> wanted = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      TailraceProcess run = start(options);
      for (int i = 0; i < 20; i++) {
        String host = "Player " + i % 5;
        KAFKA.send(
            topic, 0, List.of(SwordTopic.event(host, "guild_event", "increase", round + " " + i)));
        if (i % 5 == 3) {
          wanted.add(round + " " + i);
        }
      }
      int expected = wanted.size();
      Tailrace.await(run).until(() -> REDIS.entries(topic).size() > expected - 3);
      run.kill();
    }
    runToEnd(options);
    assertThat(
        REDIS.entries(topic).stream().map(entry -> entry.get("event_detail")).toList(), is(wanted));
    assertThat(REDIS.entries(topic).get(0).get("User-Agent"), is("test/1"));
  }

  @Test
  public void aTopicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
    Tailrace.requireDirectRunner();
    swords.send(10);
    runToEnd();
    KAFKA.deleteTopic(topic);
    KAFKA.makeTopic(topic, SwordTopic.PARTITIONS);
    KAFKA.send(topic, 1, List.of(SwordTopic.event("Player 1", "guild_event", "increase", "a")));
    runToEnd();
    assertThat(
        tailrace.query("SELECT event_type, events FROM events_by_type ORDER BY 1"),
        contains("event_type,events", "guild_event,1", "sword_event,30"));
  }

  @Test
  public void messagesThatTheTopicHasNoLongerAreTold() throws Exception {
    Tailrace.requireDirectRunner();
    swords.send(10);
    runToEnd();
    swords.send(10);
    KAFKA.deleteBefore(topic, 1, 14);
    runToEnd();
    assertThat(
        tailrace.query("SELECT kafka_partition, count(*) FROM valid_events GROUP BY 1 ORDER BY 1"),
        contains("kafka_partition,count_star()", "0,20", "1,16", "2,20"));
    assertThat(
        tailrace.query("SELECT split_part(source, '@', 1), \"offset\", reason FROM dead_letters"),
        hasItem(topic + "-1,10,the topic has no longer offsets 10 to 13"));
  }

  @Test
  public void whatItCannotUseIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    refused("--topic: there is no topic nothing at", "--topic=nothing");
    refused("--reader=textio reads files", "--reader=textio", "--trigger=availableNow");
    refused("--landEvery", "--landEvery=soon");
    refused("--notifyOn: there is no column 'hots'", "--notifyOn=hots = a");
    refused(
        "--bootstrapServers: no Kafka broker answers at 127.0.0.1:1 ",
        "--bootstrapServers=127.0.0.1:1");
  }

  private void refused(String reason, String... options) throws Exception {
    TailraceProcess run = start(options);
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString(reason));
    assertThat(
        run.err().lines().filter(line -> line.startsWith("tailrace: ")).toList(), hasSize(1));
  }
}
