package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkPipelineOptions;

/**
 * Settings for a Flink that runs inside of this process. A folder of configuration is the only way
 * to tell it, because the runner has no options for that.
 */
public final class FlinkEngine implements Engine {

  /** By default it listens on every address of the machine. */
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
      List<String> lines = new ArrayList<>(LOOPBACK_ONLY);
      if (FlinkEngine.class.getClassLoader() != ClassLoader.getSystemClassLoader()) {
        lines.addAll(ourClasses());
      }
      Path settings = Files.write(folder.resolve("flink-conf.yaml"), lines);
      flink.setFlinkConfDir(folder.toString());
      return () -> {
        Files.deleteIfExists(settings);
        Files.deleteIfExists(folder);
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Flink's settings cannot be written", e);
    }
  }

  /**
   * A job that names no classes of its own gets the system's class loader, which under Maven's
   * {@code exec:java} has neither ours nor Flink's. One that names some gets a class loader behind
   * which Flink's own is, and that has all of them.
   */
  private static List<String> ourClasses() {
    URL classes = FlinkEngine.class.getProtectionDomain().getCodeSource().getLocation();
    return List.of("classloader.resolve-order: parent-first", "pipeline.classpaths: " + classes);
  }
}
