package io.tailrace.demo;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.ServerLogs;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code demo server-logs}: runs the pipeline on its sample data, delivered step by step while you
 * watch.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Run a pipeline on its sample data, delivered while you watch")
public final class DemoCommand implements Callable<Integer> {

  private static final String VOLUME = "SELECT * FROM volume ORDER BY serverID";
  private static final String SEV0 = "SELECT * FROM sev0 ORDER BY timestamp, serverID";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long MILLIS_BETWEEN_LOOKS = 20;

  @Parameters(
      paramLabel = "PIPELINE",
      arity = "0..1",
      description = "which one (default: ${DEFAULT-VALUE})")
  private String name = "server-logs";

  /** Where a demonstration has its input and output. */
  enum Place {
    /** Folders of this machine. */
    folder,
    /** A bucket of an S3 server that the demonstration starts; its logs are CSV. */
    s3
  }

  @Option(
      names = "--storage",
      description =
          "folder, or s3: a server that speaks S3's protocol is started (default: ${DEFAULT-VALUE})")
  private Place storage = Place.folder;

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    LogPipeline pipeline = new ServerLogs();
    if (!name.equals(pipeline.name())) {
      throw new UsageException("demo: there is no '" + name + "'; try demo " + pipeline.name());
    }
    Path folder = Files.createTempDirectory("tailrace-demo-");
    if (storage == Place.folder) {
      Path input = Files.createDirectory(folder.resolve("input"));
      show(pipeline, input.toString(), folder.resolve("output").toString(), List.of());
    } else {
      try (S3Server server = S3Server.start(folder, 0)) {
        server.makeBucket("bucket");
        List<String> options = new ArrayList<>(server.options());
        System.out.printf("An S3 server listens at %s%n", server.endpoint());
        show(pipeline, "s3://bucket/LogDataLive/", "s3://bucket/output", options);
      }
    }
    return 0;
  }

  private static void show(
      LogPipeline pipeline, String input, String output, List<String> storageOptions)
      throws IOException, SQLException, InterruptedException {
    List<String> arguments = new ArrayList<>(storageOptions);
    arguments.addAll(
        List.of(
            "--input=" + input,
            "--output=" + output,
            "--logFormat=" + (storageOptions.isEmpty() ? "parquet" : "csv"),
            "--progress=none",
            "--pollInterval=100ms",
            "--settle=100ms",
            "--refresh=200ms"));
    try (PipelineRun run = RunCommand.start(pipeline, RunCommand.options(pipeline, arguments));
        QueryEngine engine = QueryEngine.open(run.output(), pipeline)) {
      System.out.printf("server-logs watches %s%n%n", input);
      System.out.println("Nothing has arrived yet:");
      show(engine);

      Folder delivery = Folder.of(input);
      List<ServerLogGenerator.Sample> samples = ServerLogGenerator.SAMPLES;
      if (!deliver(samples.subList(0, 2), delivery, run, Map.of("s1", 379.4, "s2", 920.0))) {
        return;
      }
      show(engine);
      if (!deliver(samples.subList(2, 4), delivery, run, Map.of("s1", 199.7, "s2", 519.9))) {
        return;
      }
      show(engine);

      System.out.println("Ask it anything, now or after it has stopped:");
      System.out.printf("  %s%n%n", queryCommand(output, storageOptions));
      System.out.printf("Copy files of your own into %s%nCtrl-C ends.%n", input);
      run.awaitEnd();
    }
  }

  /** Tells whether the report has become what is expected, or the run was stopped before. */
  private static boolean deliver(
      List<ServerLogGenerator.Sample> samples,
      Folder input,
      PipelineRun run,
      Map<String, Double> expected)
      throws IOException, SQLException, InterruptedException {
    System.out.printf(
        "Delivering %s ...%n",
        samples.stream().map(ServerLogGenerator.Sample::name).collect(Collectors.joining(" and ")));
    for (ServerLogGenerator.Sample sample : samples) {
      sample.deliverTo(input);
    }
    long delivered = System.nanoTime();
    try (Connection connection = run.database().open()) {
      while (!volumes(connection).equals(expected)) {
        if (run.hasEnded()) {
          // Says why, if it failed; otherwise it was asked to stop, and so is the demonstration.
          run.awaitEnd();
          return false;
        }
        if (System.nanoTime() - delivered > PATIENCE.toNanos()) {
          throw new IOException(
              "The report is " + volumes(connection) + " and does not become " + expected);
        }
        Thread.sleep(MILLIS_BETWEEN_LOOKS);
      }
    }
    System.out.printf("In the report after %.1f s:%n", (System.nanoTime() - delivered) / 1e9);
    return true;
  }

  private static Map<String, Double> volumes(Connection connection) throws SQLException {
    Map<String, Double> volumes = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT serverID, avgVolume FROM volume")) {
      while (rows.next()) {
        volumes.put(rows.getString(1), rows.getDouble(2));
      }
    }
    return volumes;
  }

  private static void show(QueryEngine engine) throws IOException, SQLException {
    ResultPrinter printer = new ResultPrinter(System.out);
    for (String sql : List.of(VOLUME, SEV0)) {
      System.out.println(sql);
      engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.table));
      System.out.println();
    }
  }

  /** The command in the form in which this one was given. */
  private static String queryCommand(String output, List<String> storageOptions) {
    String started = System.getProperty("sun.java.command", "");
    String arguments =
        String.format("query '%s' --output=%s %s", VOLUME, output, String.join(" ", storageOptions))
            .strip();
    return started.contains(".jar")
        ? String.format("java -jar %s %s", started.split(" ", 2)[0], arguments)
        : String.format("mvn -q compile exec:java -Dexec.args=\"%s\"", arguments);
  }
}
