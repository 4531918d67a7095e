package io.tailrace.demo;

import io.tailrace.options.UsageException;
import io.tailrace.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kafka [FOLDER]}: a Kafka broker, to try pipelines without installing one. */
@Command(
    name = "kafka",
    mixinStandardHelpOptions = true,
    description = "Run a Kafka broker on the loopback address, with its records in a folder")
public final class KafkaCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description =
          "where its records are, also those of last time; made if it is not there"
              + " (default: ${DEFAULT-VALUE})")
  private Path folder = Path.of("tailrace-kafka");

  @Option(names = "--port", description = "the port, or 0 for any (default: ${DEFAULT-VALUE})")
  private int port = 9092;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 0 || port > 65_535) {
      throw new UsageException("kafka: --port: " + port + " is no port");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("kafka: " + folder + " is no folder");
    }
    Path data = Files.createDirectories(folder).toRealPath();
    try (KafkaServer server = KafkaServer.start(data, port)) {
      StopSignal.stops(server::close, server::isClosed);
      System.out.printf(
          "A Kafka broker listens at %s, its records are in %s, until Ctrl-C.%n"
              + "Reach it with%n  --bootstrapServers=%1$s%n",
          server.bootstrapServers(), data);
      server.await();
    }
    return 0;
  }
}
