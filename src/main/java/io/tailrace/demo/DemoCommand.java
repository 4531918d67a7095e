package io.tailrace.demo;

import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
  private String name = Demonstration.FIRST.name();

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

  @Option(
      names = "--reader",
      description =
          "units, or textio: the plain Beam pipeline, of server-logs alone (default:"
              + " ${DEFAULT-VALUE})")
  private Reader reader = Reader.units;

  /** Shows a pipeline until it is stopped. */
  @FunctionalInterface
  private interface Show {
    void run() throws IOException, SQLException, InterruptedException;
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    Map<String, Show> all = all();
    Show show = all.get(name);
    if (show == null) {
      throw new UsageException(
          String.format(
              "demo: there is no '%s'; try demo %s", name, String.join(" or demo ", all.keySet())));
    }
    show.run();
    return 0;
  }

  /** What can be shown, by the names of the pipelines. */
  private Map<String, Show> all() {
    Map<String, Show> all = new LinkedHashMap<>();
    for (Demonstration known : Demonstration.all()) {
      all.put(known.pipeline().name(), () -> show(known));
    }
    all.put(GameDemonstration.NAME, () -> GameDemonstration.show(onlyFolder()));
    all.put(TrackerDemonstration.NAME, () -> TrackerDemonstration.show(onlyFolder()));
    return all;
  }

  /** The folder of a demonstration that has one storage and one reader. */
  private Path onlyFolder() throws IOException {
    if (storage != Place.folder || reader != Reader.units) {
      throw new UsageException("demo: " + name + " has neither --storage nor --reader");
    }
    return newFolder();
  }

  private static Path newFolder() throws IOException {
    return Files.createTempDirectory("tailrace-demo-");
  }

  private void show(Demonstration demonstration)
      throws IOException, SQLException, InterruptedException {
    if (storage != Place.folder && reader == Reader.textio) {
      throw new UsageException("demo: --reader=textio goes with --storage=folder alone");
    }
    Path folder = newFolder();
    if (storage == Place.folder) {
      Path input = Files.createDirectory(folder.resolve("input"));
      show(demonstration, reader, input.toString(), folder.resolve("output").toString(), List.of());
    } else {
      try (S3Server server = S3Server.start(folder, 0)) {
        server.makeBucket("bucket");
        System.out.printf("An S3 server listens at %s%n", server.endpoint());
        show(
            demonstration,
            reader,
            "s3://bucket/LogDataLive/",
            "s3://bucket/output",
            server.options());
      }
    }
  }

  private static void show(
      Demonstration demonstration,
      Reader reader,
      String input,
      String output,
      List<String> storageOptions)
      throws IOException, SQLException, InterruptedException {
    LogPipeline pipeline = demonstration.pipeline();
    List<String> arguments = new ArrayList<>(storageOptions);
    arguments.addAll(demonstration.options());
    arguments.addAll(
        List.of(
            "--input=" + input,
            "--output=" + output,
            "--reader=" + reader,
            "--logFormat=" + (storageOptions.isEmpty() ? "parquet" : "csv"),
            "--progress=none",
            "--pollInterval=100ms",
            "--settle=100ms",
            "--refresh=200ms"));
    try (PipelineRun run = RunCommand.start(pipeline, RunCommand.options(pipeline, arguments));
        Questions questions = Questions.open(run, pipeline, demonstration.queries())) {
      System.out.printf("%s watches %s%n", pipeline.name(), input);
      tellPage(run);
      System.out.println();
      System.out.println("Nothing has arrived yet:");
      questions.print();
      for (Demonstration.Delivery delivery : demonstration.deliveries()) {
        if (!deliver(delivery, Folder.of(input), run, questions)) {
          return;
        }
        questions.print();
      }
      questions.printCommand(output, storageOptions);
      System.out.printf("Copy files of your own into %s%nCtrl-C ends.%n", input);
      run.awaitEnd();
    }
  }

  static void tellPage(PipelineRun run) {
    run.page().ifPresent(address -> System.out.printf("Its page: %s%n", address));
  }

  /** Tells whether the delivery has been read, or the run was stopped before. */
  static boolean deliver(
      Demonstration.Delivery delivery, Folder input, PipelineRun run, Questions questions)
      throws IOException, SQLException, InterruptedException {
    System.out.printf("Delivering %s ...%n", delivery.text());
    for (Map.Entry<String, String> file : delivery.files().entrySet()) {
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      input.write(file.getKey(), input, out -> out.write(bytes));
    }
    long delivered = System.nanoTime();
    for (List<String> answer;
        !(answer = questions.answer(delivery.query())).equals(delivery.answer()); ) {
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
}
