package io.tailrace.game;

import io.tailrace.options.UsageException;
import io.tailrace.run.StopSignal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code game-api}: the HTTP API of a game, whose requests become events on a Kafka topic. */
@Command(
    name = "game-api",
    mixinStandardHelpOptions = true,
    description = "Serve the HTTP API of a game, whose requests become events on a Kafka topic")
public final class GameApiCommand implements Callable<Integer> {

  @Option(names = "--port", description = "the port, or 0 for any (default: ${DEFAULT-VALUE})")
  private int port = 5000;

  @Option(
      names = "--bootstrapServers",
      description = "where Kafka is: host:port, or more with commas (default: ${DEFAULT-VALUE})")
  private String bootstrapServers = "127.0.0.1:9092";

  @Option(
      names = "--topic",
      description = "the topic; made if it is not there (default: ${DEFAULT-VALUE})")
  private String topic = "events";

  @Override
  public Integer call() throws InterruptedException {
    if (port < 0 || port > 65_535) {
      throw new UsageException("game-api: --port: " + port + " is no port");
    }
    try (GameApi api = GameApi.start(port, bootstrapServers, topic)) {
      StopSignal.stops(api::close, api::isClosed);
      System.out.printf(
          "http://127.0.0.1:%d sends events to topic %s at %s, until Ctrl-C.%nTry%n"
              + "  curl http://127.0.0.1:%1$d/purchase_a_sword%n"
              + "  curl -X DELETE 'http://127.0.0.1:%1$d/join_guild?event_detail=night+watch'%n",
          api.port(), topic, bootstrapServers);
      api.await();
    }
    return 0;
  }
}
