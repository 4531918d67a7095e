package io.tailrace.demo;

import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.AsOf;
import io.tailrace.query.HistoryCommand;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Shows {@code tracker}: three files one after another, their versions, and one that is past. */
final class TrackerDemonstration {

  static final String NAME = Pipelines.TRACKER.name();

  private static final String TABLE = "heartbeat_tracker";
  private static final String COUNT = "SELECT count(*) AS recordings FROM " + TABLE;

  private static final List<String> QUERIES =
      List.of(COUNT, "SELECT * FROM device_counts ORDER BY device_id");

  private TrackerDemonstration() {}

  static void show(Path folder) throws IOException, SQLException, InterruptedException {
    Path input = Files.createDirectory(folder.resolve("input"));
    LogPipeline pipeline = Pipelines.TRACKER;
    String output = folder.resolve("output").toString();
    try (PipelineRun run =
            RunCommand.start(
                pipeline,
                RunCommand.options(
                    pipeline,
                    List.of(
                        "--input=" + input,
                        "--output=" + output,
                        "--progress=none",
                        "--maxFilesPerPoll=1",
                        "--pollInterval=100ms",
                        "--settle=100ms",
                        "--refresh=200ms")));
        Questions questions = Questions.open(run, pipeline, QUERIES)) {
      System.out.printf("%s watches %s%n", NAME, input);
      DemoCommand.tellPage(run);
      System.out.printf("%nNothing has arrived yet:%n");
      questions.print();
      int recordings = 0;
      for (TrackerGenerator.Sample sample : TrackerGenerator.SAMPLES) {
        recordings += sample.readings().stream().mapToInt(Integer::intValue).sum();
        Demonstration.Delivery delivery =
            new Demonstration.Delivery(
                sample.name(),
                Map.of(sample.name(), sample.text()),
                COUNT,
                List.of(Integer.toString(recordings)));
        if (!DemoCommand.deliver(delivery, Folder.of(input.toString()), run, questions)) {
          return;
        }
        questions.print();
      }
      printPast(run, pipeline);
      questions.printCommand(output, List.of());
      System.out.printf("Copy files of your own into %s%nCtrl-C ends.%n", input);
      run.awaitEnd();
    }
  }

  private static void printPast(PipelineRun run, LogPipeline pipeline)
      throws IOException, SQLException {
    System.out.printf("history %s%n", TABLE);
    HistoryCommand.print(
        run.output().folder(TABLE), Ledger.of(run.output()), ResultPrinter.Format.table);
    System.out.printf("%nThe same as it was before the last file, with --asOf=2:%n");
    try (QueryEngine past = QueryEngine.open(run.output(), pipeline)) {
      past.setAsOf(AsOf.parse("2"));
      ResultPrinter printer = new ResultPrinter(System.out);
      for (String sql : QUERIES) {
        System.out.println(sql);
        past.query(sql, rows -> printer.print(rows, ResultPrinter.Format.table));
        System.out.println();
      }
    }
  }
}
