package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.awaitility.Awaitility;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** The broker of the {@code kafka} command. */
public final class KafkaIT {

  private static final Pattern BOOTSTRAP_SERVERS =
      Pattern.compile("--bootstrapServers=(127\\.0\\.0\\.1:\\d+)");

  private static final int RECORDS = 1_000;

  @ClassRule public static final LocalKafka KAFKA = new LocalKafka();
  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void whatWasAcknowledgedIsThereAfterTheBrokerWasKilled() throws Exception {
    String cluster = clusterId(KAFKA.bootstrapServers());
    String address = KAFKA.bootstrapServers();
    List<String> sent = IntStream.range(0, RECORDS).mapToObj(number -> "record " + number).toList();
    KAFKA.send("kept", sent.subList(0, RECORDS / 2));
    KAFKA.kill();
    KAFKA.startAgain();
    assertEquals(address, KAFKA.bootstrapServers());
    KAFKA.send("kept", sent.subList(RECORDS / 2, RECORDS));
    assertEquals(sent, KAFKA.values("kept"));
    assertEquals(cluster, clusterId(KAFKA.bootstrapServers()));
  }

  @Test
  public void theCommandEndsWithItsBrokerWhenItIsAskedTo() throws Exception {
    Path folder = tailrace.root().resolve("kafka");
    TailraceProcess first = startKafka(folder);
    String cluster = clusterId(bootstrapServers(first));
    assertThat(first.out(), containsString(folder.toString()));
    first.terminate();
    first.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(first.err(), first.err().lines().toList(), empty());
    // The folder is free at once.
    TailraceProcess second = startKafka(folder);
    assertEquals(cluster, clusterId(bootstrapServers(second)));
  }

  @Test
  public void theBrokerEndsWhenItsCommandIsKilled() throws Exception {
    TailraceProcess command = startKafka(tailrace.root().resolve("kafka"));
    ProcessHandle broker = broker(command).orElseThrow();
    command.kill();
    Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> !broker.isAlive());
  }

  @Test
  public void theCommandSaysWhenItsBrokerIsNoMore() throws Exception {
    TailraceProcess command = startKafka(tailrace.root().resolve("kafka"));
    broker(command).orElseThrow().destroyForcibly();
    command.requireExit(1, Tailrace.PATIENCE);
    assertThat(
        command.err(), allOf(startsWith("tailrace: The Kafka broker"), containsString("log")));
  }

  @Test
  public void aPortInUseIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(
          refusal("--port=" + taken.getLocalPort()),
          allOf(containsString(String.valueOf(taken.getLocalPort())), containsString("--port")));
    }
    assertThat(refusal("--port=65536"), containsString("65536"));
    assertThat(refusal("--port=many"), containsString("many"));
  }

  @Test
  public void aFolderInUseIsRefused() throws Exception {
    Path folder = tailrace.root().resolve("kafka");
    TailraceProcess first = startKafka(folder);
    assertThat(refusal(folder.toString(), "--port=0"), containsString(folder.toString()));
    assertThat("the first still answers", clusterId(bootstrapServers(first)), not(""));
  }

  @Test
  public void aBrokerThatDoesNotStartSaysWhy() throws Exception {
    Path data = Files.createDirectories(tailrace.root().resolve("kafka/data"));
    Files.writeString(data.resolve("meta.properties"), "version=1\nnode.id=2\ncluster.id=other\n");
    TailraceProcess kafka = tailrace.start("kafka", data.getParent().toString(), "--port=0");
    kafka.requireExit(1, Tailrace.PATIENCE);
    List<String> lines = kafka.err().lines().toList();
    assertThat(kafka.err(), lines, hasSize(1));
    assertThat(
        lines.get(0), allOf(containsString("node id 2"), containsString("kafka/server.log")));
  }

  private TailraceProcess startKafka(Path folder) throws IOException {
    TailraceProcess kafka = tailrace.start("kafka", folder.toString(), "--port=0");
    Tailrace.await(kafka).until(() -> BOOTSTRAP_SERVERS.matcher(kafka.out()).find());
    return kafka;
  }

  private static String bootstrapServers(TailraceProcess kafka) throws IOException {
    Matcher matcher = BOOTSTRAP_SERVERS.matcher(kafka.out());
    matcher.find();
    return matcher.group(1);
  }

  private static Optional<ProcessHandle> broker(TailraceProcess command) {
    return ProcessHandle.of(command.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .findFirst();
  }

  private static String clusterId(String bootstrapServers) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private String refusal(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("kafka"));
    all.addAll(List.of(arguments));
    TailraceProcess refused = tailrace.start(all.toArray(new String[0]));
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.err(), refused.err().lines().toList(), hasSize(1));
    return refused.err();
  }
}
