package io.tailrace.demo;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code generate server-logs} and the like: writes files of random records. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Write files of random records to try a pipeline with")
public final class GenerateCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "PIPELINE",
      description =
          "whose input: server-logs, access-log or tracker; samples, access-log-sample or"
              + " tracker-samples for the files that the demonstrations deliver")
  private String what;

  @Option(names = "--output", required = true, description = "the folder to write to")
  private Path output;

  @Option(names = "--files", description = "how many files (default: ${DEFAULT-VALUE})")
  private int files = 10;

  @Option(
      names = "--lines",
      description = "how many lines or records in each (default: ${DEFAULT-VALUE})")
  private int lines = 100_000;

  @Option(
      names = "--servers",
      description = "how many servers in server-logs (default: ${DEFAULT-VALUE})")
  private int servers = 10;

  @Option(
      names = "--severe",
      paramLabel = "PERCENT",
      description =
          "how many percent of the records in server-logs have severity 0, from 0 to 100 with at"
              + " most 7 decimals (default: ${DEFAULT-VALUE})")
  private BigDecimal severe = new BigDecimal("0.1");

  @Option(names = "--seed", description = "chooses the records (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  /** The files that can be asked for. */
  private enum What {
    SERVER_LOGS(
        Pipelines.SERVER_LOGS.name(),
        of ->
            ServerLogGenerator.write(
                of.output, of.files, of.lines, of.servers, of.severe(), of.seed)),
    ACCESS_LOG(
        Pipelines.ACCESS_LOG.name(),
        of -> AccessLogGenerator.write(of.output, of.files, of.lines, of.seed)),
    TRACKER(
        Pipelines.TRACKER.name(),
        of -> TrackerGenerator.write(of.output, of.files, of.lines, of.seed)),
    SERVER_LOG_SAMPLES(
        "samples",
        of -> {
          for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
            sample.deliverTo(of.folder());
          }
        }),
    ACCESS_LOG_SAMPLE(
        "access-log-sample",
        of -> AccessLogGenerator.deliverSampleTo(AccessLogGenerator.SAMPLE_NAME, of.folder())),
    TRACKER_SAMPLES(
        "tracker-samples",
        of -> {
          for (TrackerGenerator.Sample sample : TrackerGenerator.SAMPLES) {
            sample.deliverTo(of.folder());
          }
        });

    private final String name;
    private final Writer writer;

    What(String name, Writer writer) {
      this.name = name;
      this.writer = writer;
    }
  }

  /** Writes files as the options say. */
  @FunctionalInterface
  private interface Writer {
    void write(GenerateCommand of) throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    if (files < 1 || lines < 1 || servers < 1) {
      throw new UsageException("generate: --files, --lines and --servers are 1 or more");
    }
    named(what).writer.write(this);
    return 0;
  }

  private static What named(String name) {
    return Stream.of(What.values())
        .filter(known -> known.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "generate: '"
                        + name
                        + "' is not known; give one of "
                        + Stream.of(What.values())
                            .map(known -> known.name)
                            .collect(Collectors.joining(", "))));
  }

  private Folder folder() {
    return Folder.of(output.toString());
  }

  private ServerLogGenerator.Share severe() {
    try {
      return ServerLogGenerator.Share.ofPercent(severe);
    } catch (IllegalArgumentException e) {
      throw new UsageException("generate: --severe is " + e.getMessage());
    }
  }
}
