package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** A topic on which swords are bought, and what must be in the table then. */
final class SwordTopic {

  static final int PARTITIONS = 3;

  private final LocalKafka kafka;
  private final String name;
  private final long[] ends = new long[PARTITIONS];

  private SwordTopic(LocalKafka kafka, String name) {
    this.kafka = kafka;
    this.name = name;
  }

  /** Makes a topic. */
  static SwordTopic make(LocalKafka kafka, String name)
      throws ExecutionException, InterruptedException {
    kafka.makeTopic(name, PARTITIONS);
    return new SwordTopic(kafka, name);
  }

  /** The command that lands it where the results are. */
  List<String> command(Tailrace tailrace) {
    return List.of(
        "game-events",
        "--bootstrapServers=" + kafka.bootstrapServers(),
        "--topic=" + name,
        "--output=" + tailrace.results());
  }

  static String event(String host, String type, String direction, String detail) {
    return String.format(
        "{\"Host\": \"%s\", \"User-Agent\": \"test/1\", \"Accept\": \"*/*\", \"event_type\": \"%s\","
            + " \"direction\": \"%s\", \"event_detail\": \"%s\"}",
        host, type, direction, detail);
  }

  /** Sends swords to all partitions, one after the other. */
  void send(int each) throws ExecutionException, InterruptedException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<String> events = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        events.add(event("Player " + i % 7, "sword_event", "increase", "sword " + i));
      }
      kafka.send(name, partition, events);
      ends[partition] += each;
    }
  }

  /** How many were sent. */
  long sent() {
    long sum = 0;
    for (long end : ends) {
      sum += end;
    }
    return sum;
  }

  /** Lands what was sent on another storage, in two runs, and asks for all of it. */
  void requireExactOn(String output, List<String> storageOptions, Tailrace tailrace)
      throws Exception {
    tailrace.moveTo(output + "/no-input", output, storageOptions);
    List<String> command = new ArrayList<>(command(tailrace));
    command.addAll(storageOptions);
    command.add("--trigger=availableNow");
    for (int each : new int[] {100, 20}) {
      send(each);
      tailrace.start(command.toArray(String[]::new)).requireExit(0, Tailrace.PATIENCE);
      requireExact(tailrace);
    }
  }

  /** Requires that each message that was sent is in the table once, and in the reports. */
  void requireExact(Tailrace tailrace) throws Exception {
    List<String> expected = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      expected.add(
          String.format(
              "%d,%d,%d,0,%d", partition, ends[partition], ends[partition], ends[partition] - 1));
    }
    List<String> actual =
        tailrace.query(
            "SELECT kafka_partition, count(*), count(DISTINCT kafka_offset), min(kafka_offset),"
                + " max(kafka_offset) FROM valid_events GROUP BY ALL ORDER BY 1");
    assertThat(actual.subList(1, actual.size()), is(expected));
    assertThat(
        tailrace.query("SELECT * FROM events_by_type"),
        contains("event_type,direction,events", "sword_event,increase," + sent()));
    assertThat(
        tailrace.query("SELECT sum(events) FROM events_by_host").get(1), is(Long.toString(sent())));
  }
}
