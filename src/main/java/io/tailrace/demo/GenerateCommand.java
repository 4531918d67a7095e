package io.tailrace.demo;

import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() throws IOException {
    switch (what) {
      case "server-logs" -> {
        if (files < 1 || lines < 1 || servers < 1) {
          throw new UsageException("generate: --files, --lines and --servers are 1 or more");
        }
        ServerLogGenerator.write(output, files, lines, servers, severe(), seed);
      }
      case "access-log" -> {
        if (files < 1 || lines < 1) {
          throw new UsageException("generate: --files and --lines are 1 or more");
        }
        AccessLogGenerator.write(output, files, lines, seed);
      }
      case "tracker" -> {
        if (files < 1 || lines < 1) {
          throw new UsageException("generate: --files and --lines are 1 or more");
        }
        TrackerGenerator.write(output, files, lines, seed);
      }
      case "samples" -> {
        for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
          sample.deliverTo(Folder.of(output.toString()));
        }
      }
      case "access-log-sample" ->
          AccessLogGenerator.deliverSampleTo(
              AccessLogGenerator.SAMPLE_NAME, Folder.of(output.toString()));
      case "tracker-samples" -> {
        for (TrackerGenerator.Sample sample : TrackerGenerator.SAMPLES) {
          sample.deliverTo(Folder.of(output.toString()));
        }
      }
      default ->
          throw new UsageException(
              "generate: '"
                  + what
                  + "' is not known; give server-logs, access-log, tracker, samples,"
                  + " access-log-sample or tracker-samples");
    }
    return 0;
  }

  private ServerLogGenerator.Share severe() {
    try {
      return ServerLogGenerator.Share.ofPercent(severe);
    } catch (IllegalArgumentException e) {
      throw new UsageException("generate: --severe is " + e.getMessage());
    }
  }
}
