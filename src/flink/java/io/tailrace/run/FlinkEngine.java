package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/**
 * Keeps a Flink that runs inside of this process on the loopback address: by default it listens on
 * every address of the machine. A folder of configuration is the only way to tell it, because the
 * runner has no options for that.
 */
public final class FlinkEngine implements Engine {

  private static final List<String> LOOPBACK_ONLY =
      List.of(
          "rest.address: 127.0.0.1",
          "rest.bind-address: 127.0.0.1",
          "jobmanager.bind-host: 127.0.0.1",
          "taskmanager.bind-host: 127.0.0.1");

  @Override
  public AutoCloseable open(TailraceOptions options) {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    boolean cluster = !flink.getFlinkMaster().startsWith("[");
    if (cluster || flink.getFlinkConfDir() != null || System.getenv("FLINK_CONF_DIR") != null) {
      return () -> {};
    }
    try {
      Path folder = Files.createTempDirectory("tailrace-flink-");
      Path settings = Files.write(folder.resolve("flink-conf.yaml"), LOOPBACK_ONLY);
      flink.setFlinkConfDir(folder.toString());
      return () -> {
        Files.deleteIfExists(settings);
        Files.deleteIfExists(folder);
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Flink's settings cannot be written", e);
    }
  }
}
