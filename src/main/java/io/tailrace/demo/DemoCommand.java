package io.tailrace.demo;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code demo PIPELINE}: runs a pipeline on its sample data, delivered step by step while you
 * watch.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Run a pipeline on its sample data, delivered while you watch")
public final class DemoCommand implements Callable<Integer> {

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
    Demonstration demonstration = demonstration();
    Path folder = Files.createTempDirectory("tailrace-demo-");
    if (storage == Place.folder) {
      Path input = Files.createDirectory(folder.resolve("input"));
      show(demonstration, input.toString(), folder.resolve("output").toString(), List.of());
    } else {
      try (S3Server server = S3Server.start(folder, 0)) {
        server.makeBucket("bucket");
        System.out.printf("An S3 server listens at %s%n", server.endpoint());
        show(demonstration, "s3://bucket/LogDataLive/", "s3://bucket/output", server.options());
      }
    }
    return 0;
  }

  private Demonstration demonstration() {
    List<Demonstration> all = Demonstration.all();
    return all.stream()
        .filter(known -> known.pipeline().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    String.format(
                        "demo: there is no '%s'; try demo %s",
                        name,
                        all.stream()
                            .map(known -> known.pipeline().name())
                            .collect(Collectors.joining(" or demo ")))));
  }

  private static void show(
      Demonstration demonstration, String input, String output, List<String> storageOptions)
      throws IOException, SQLException, InterruptedException {
    LogPipeline pipeline = demonstration.pipeline();
    List<String> arguments = new ArrayList<>(storageOptions);
    arguments.addAll(demonstration.options());
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
      System.out.printf("%s watches %s%n%n", pipeline.name(), input);
      System.out.println("Nothing has arrived yet:");
      print(demonstration, engine);
      for (Demonstration.Delivery delivery : demonstration.deliveries()) {
        if (!deliver(delivery, Folder.of(input), run, engine)) {
          return;
        }
        print(demonstration, engine);
      }
      System.out.println("Ask it anything, now or after it has stopped:");
      System.out.printf(
          "  %s%n%n", queryCommand(demonstration.queries().get(0), output, storageOptions));
      System.out.printf("Copy files of your own into %s%nCtrl-C ends.%n", input);
      run.awaitEnd();
    }
  }

  /** Tells whether the delivery has been read, or the run was stopped before. */
  private static boolean deliver(
      Demonstration.Delivery delivery, Folder input, PipelineRun run, QueryEngine engine)
      throws IOException, SQLException, InterruptedException {
    System.out.printf("Delivering %s ...%n", delivery.text());
    for (Map.Entry<String, String> file : delivery.files().entrySet()) {
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      input.write(file.getKey(), input, out -> out.write(bytes));
    }
    long delivered = System.nanoTime();
    for (List<String> answer;
        !(answer = answer(engine, delivery.query())).equals(delivery.answer()); ) {
      if (run.hasEnded()) {
        // Says why, if it failed; otherwise it was asked to stop, and so is the demonstration.
        run.awaitEnd();
        return false;
      }
      if (System.nanoTime() - delivered > PATIENCE.toNanos()) {
        throw new IOException(
            delivery.query() + " gives " + answer + " and not " + delivery.answer());
      }
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    }
    System.out.printf("In the report after %.1f s:%n", (System.nanoTime() - delivered) / 1e9);
    return true;
  }

  private static List<String> answer(QueryEngine engine, String sql)
      throws IOException, SQLException {
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    ResultPrinter printer = new ResultPrinter(new PrintStream(csv, false, StandardCharsets.UTF_8));
    engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.csv));
    return csv.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
  }

  private static void print(Demonstration demonstration, QueryEngine engine)
      throws IOException, SQLException {
    ResultPrinter printer = new ResultPrinter(System.out);
    for (String sql : demonstration.queries()) {
      System.out.println(sql);
      engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.table));
      System.out.println();
    }
  }

  /** The command in the form in which this one was given. */
  private static String queryCommand(String sql, String output, List<String> storageOptions) {
    String started = System.getProperty("sun.java.command", "");
    String arguments =
        String.format("query '%s' --output=%s %s", sql, output, String.join(" ", storageOptions))
            .strip();
    return started.contains(".jar")
        ? String.format("java -jar %s %s", started.split(" ", 2)[0], arguments)
        : String.format(
            "mvn -q compile exec:java -Dexec.args=\"%s\"", arguments.replace("\"", "\\\""));
  }
}
