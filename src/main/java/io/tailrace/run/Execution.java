package io.tailrace.run;

import io.tailrace.alert.RaiseAlerts;
import io.tailrace.feed.CleanSource;
import io.tailrace.feed.Planner;
import io.tailrace.feed.SourceCleaning;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TailraceOptions.WatchMode;
import io.tailrace.pipelines.Flow;
import io.tailrace.report.ReportConnection;
import io.tailrace.storage.Folder;
import io.tailrace.textio.TextServerLogs;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/**
 * Runs the pipelines of a run: one without end, one over what is there, or one for each round.
 *
 * <p>Ends when the pipelines have ended, which for those that watch is when the run is asked to
 * stop.
 */
final class Execution implements Callable<Void> {

  private final Optional<Engine> engine;
  private final Flow flow;
  private final TailraceOptions options;
  private final Folder output;
  private final Ledger ledger;
  private final Ledger.Run run;
  private final Optional<ReportConnection> database;
  private final Optional<SourceCleaning> cleaning;

  /** Of the pipeline that runs or was the last to run; some runners give it only at the end. */
  private volatile PipelineResult result;

  Execution(
      Optional<Engine> engine,
      Flow flow,
      TailraceOptions options,
      Folder output,
      Ledger.Run run,
      Optional<ReportConnection> database,
      Optional<CleanSource> cleanSource) {
    this.engine = engine;
    this.flow = flow;
    this.options = options;
    this.output = output;
    this.ledger = Ledger.of(output);
    this.run = run;
    this.database = database;
    this.cleaning = cleanSource.map(settings -> new SourceCleaning(ledger, run.number(), settings));
  }

  @Override
  public Void call() throws IOException, InterruptedException {
    if (options.getReader() == Reader.textio) {
      runToEnd(beam -> TextServerLogs.addTo(beam, options, output, database.orElseThrow()));
    } else if (options.getTrigger() == Trigger.availableNow) {
      try (Planner planner = Planner.open(ledger, run.number(), flow.feed())) {
        planner.planAvailable();
        take(run.firstPlan(), planner.lastPlan());
        for (RaiseAlerts alerts : flow.alerts()) {
          if (ledger.goesOn(run.number())) {
            alerts.end(ledger);
          }
        }
        planner.foldAll();
      }
      cleaning.ifPresent(InputCleaner::once);
    } else {
      Optional<InputCleaner> cleaner = cleaning.map(InputCleaner::start);
      try {
        watch();
      } finally {
        if (cleaner.isPresent()) {
          cleaner.get().end();
        }
      }
    }
    return null;
  }

  private void watch() throws IOException, InterruptedException {
    if (options.getWatch() == WatchMode.rounds) {
      rounds();
    } else {
      runToEnd(beam -> flow.watch(beam, database.orElseThrow()));
    }
  }

  /** One pipeline after the other, each over what was planned since the one before began. */
  private void rounds() throws IOException, InterruptedException {
    try (Planner planner = Planner.open(ledger, run.number(), flow.feed())) {
      long lastTaken = run.firstPlan() - 1;
      while (ledger.goesOn(run.number())) {
        planner.poll(System.currentTimeMillis());
        if (planner.lastPlan() > lastTaken) {
          take(lastTaken + 1, planner.lastPlan());
          lastTaken = planner.lastPlan();
        } else {
          Thread.sleep(planner.pauseMillis());
        }
      }
    }
  }

  private void take(long firstPlan, long lastPlan) throws IOException {
    if (firstPlan <= lastPlan) {
      runToEnd(beam -> flow.take(beam, new Planner.Plans(firstPlan, lastPlan), database));
    }
  }

  private void runToEnd(Consumer<Pipeline> steps) throws IOException {
    Pipeline beam = Pipeline.create(options);
    steps.accept(beam);
    if (engine.isPresent()) {
      engine.get().adapt(beam, options);
    }
    result = beam.run();
    if (engine.isPresent()) {
      engine.get().awaitEnd(result);
    } else {
      result.waitUntilFinish();
    }
  }

  /** The runner's view of the pipeline, once the runner gives one. */
  Optional<PipelineResult> result() {
    return Optional.ofNullable(result);
  }
}
