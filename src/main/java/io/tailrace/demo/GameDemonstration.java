package io.tailrace.demo;

import io.tailrace.game.GameApi;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Shows {@code game-events} whole: a broker, the API whose requests become events, the pipeline and
 * Redis, all on this machine. They end with this process, however that ends.
 */
final class GameDemonstration {

  static final String NAME = Pipelines.GAME_EVENTS.name();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long MILLIS_BETWEEN_LOOKS = 20;
  private static final String TOPIC = "events";

  private static final List<String> QUERIES =
      List.of(
          "SELECT count(*) AS events FROM valid_events",
          "SELECT direction, count(*) AS events FROM valid_events GROUP BY direction"
              + " ORDER BY direction",
          "SELECT Host, event_type, event_detail, count(*) AS events FROM valid_events"
              + " GROUP BY ALL ORDER BY ALL");

  /** What players do in the demonstration. */
  private record Action(String host, String method, String path) {}

  private static final List<Action> ACTIONS =
      List.of(
          new Action("Player 1", "GET", "/"),
          new Action("Player 1", "GET", "/purchase_a_sword"),
          new Action("Player 1", "GET", "/purchase_a_sword?event_detail=iron"),
          new Action("Player 2", "GET", "/purchase_a_sword"),
          new Action("Player 2", "DELETE", "/purchase_a_sword"),
          new Action("Player 2", "GET", "/join_guild"),
          new Action("Jordan Meyer", "GET", "/join_guild?event_detail=night+watch"));

  /** All but the one that is no sword's and no guild's. */
  private static final int ROWS = ACTIONS.size() - 1;

  private static final int GUILD_EVENTS = 2;

  private GameDemonstration() {}

  static void show(Path folder) throws IOException, SQLException, InterruptedException {
    // The client lets nobody choose the host otherwise; it reads this when it is first used.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    LogPipeline pipeline = Pipelines.GAME_EVENTS;
    String output = folder.resolve("output").toString();
    System.out.println("Starting a Kafka broker, the game's API and Redis ...");
    try (KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), 0);
        LocalRedis redis = LocalRedis.start(folder.resolve("redis"));
        GameApi api = GameApi.start(0, kafka.bootstrapServers(), TOPIC);
        PipelineRun run =
            RunCommand.start(
                pipeline,
                RunCommand.options(
                    pipeline,
                    List.of(
                        "--bootstrapServers=" + kafka.bootstrapServers(),
                        "--topic=" + TOPIC,
                        "--output=" + output,
                        "--notify=" + redis.url(),
                        "--progress=none",
                        "--pollInterval=100ms",
                        "--landEvery=1s",
                        "--refresh=200ms")));
        Questions questions = Questions.open(run, pipeline, QUERIES)) {
      String url = "http://127.0.0.1:" + api.port();
      System.out.printf(
          "The API at %s sends events to topic %s of %s,%n%s lands them in %s%n",
          url, TOPIC, kafka.bootstrapServers(), NAME, output);
      DemoCommand.tellPage(run);
      System.out.println();
      send(url);
      if (!awaitRows(run, questions, redis)) {
        return;
      }
      questions.print();
      System.out.printf("Redis was told of those who joined a guild (%s):%n", redis.url());
      redis.entries(TOPIC).stream()
          .map(entry -> "  " + entry.get("Host") + ": " + entry.get("event_detail"))
          .forEach(System.out::println);
      System.out.printf("%nGo on, from another terminal:%n");
      System.out.printf(
          "  curl %1$s/purchase_a_sword%n"
              + "  curl -X DELETE %1$s/purchase_a_sword%n"
              + "  curl -H 'Host: Player 3' '%1$s/join_guild?event_detail=night+watch'%n%n",
          url);
      questions.printCommand(output, List.of());
      System.out.println("Ctrl-C ends all of it.");
      run.awaitEnd();
    }
  }

  private static void send(String url) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    for (Action action : ACTIONS) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + action.path()))
              .method(action.method(), HttpRequest.BodyPublishers.noBody())
              .header("Host", action.host())
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.printf(
          "%-12s  %-6s  %-38s  %s", action.host(), action.method(), action.path(), answer.body());
    }
    System.out.println();
  }

  /** Tells whether the rows have arrived, or the run was stopped before. */
  private static boolean awaitRows(PipelineRun run, Questions questions, LocalRedis redis)
      throws IOException, SQLException, InterruptedException {
    long sent = System.nanoTime();
    List<String> expected = List.of(Integer.toString(ROWS));
    while (!questions.answer(QUERIES.get(0)).equals(expected)
        || redis.entries(TOPIC).size() < GUILD_EVENTS) {
      if (run.hasEnded()) {
        run.awaitEnd();
        return false;
      }
      if (System.nanoTime() - sent > PATIENCE.toNanos()) {
        throw new IOException(
            "The table has " + questions.answer(QUERIES.get(0)) + " and not " + expected);
      }
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    }
    System.out.printf("In the table after %.1f s:%n%n", (System.nanoTime() - sent) / 1e9);
    return true;
  }
}
