package io.tailrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tailrace.ledger.Folding;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A follower of files without a runner: what it plans is read when a test says so. It can be killed
 * at any time, and another one goes on.
 */
final class FollowedFiles implements AutoCloseable {

  private static final Folding.Limits FEW = new Folding.Limits(3, 6, 100);

  private final Ledger ledger;
  private final Folder output;
  private final FollowFeed feed;
  private final RecordWork work;
  private final Set<Long> done = new HashSet<>();
  private final List<String> reading = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private Planner planner;
  private long deadLetters;
  private long clock = System.currentTimeMillis();

  FollowedFiles(Path output, int skippedLines, String... inputs) throws IOException {
    this(output, skippedLines, 64, inputs);
  }

  FollowedFiles(Path output, int skippedLines, long unitBytes, String... inputs)
      throws IOException {
    this.output = new Folder(output.toString());
    this.ledger = Ledger.of(this.output);
    FileListing listing = FileListing.of(List.of(inputs), this.output.path());
    this.feed =
        new FollowFeed(
            new FileFeed(listing, 10, 0, 10_000, unitBytes, Records.lines, false, false),
            skippedLines,
            false);
    this.work =
        new RecordWork(
            (input, rows) ->
                (bytes, from, to) -> {
                  reading.add(new String(bytes, from, to - from, UTF_8));
                  return Optional.empty();
                },
            List.of(),
            List.of(DeadLetter.LOG),
            skippedLines);
    restart();
  }

  /** Another run begins; whatever was not read is left to it. */
  void restart() throws IOException {
    if (planner != null) {
      planner.close();
    }
    long run = ledger.beginRun(List.of()).number();
    planner = Planner.open(ledger, run, feed, FEW);
  }

  /** Looks once. */
  void poll() {
    clock = Math.max(System.currentTimeMillis(), clock + 100_000);
    planner.poll(clock);
  }

  /** Reads some of what was planned, or all of it. */
  void read(int most) throws IOException {
    int left = most;
    PlanReader plans = ledger.plansFrom(ledger.checkpoint().lastPlan() + 1);
    for (Optional<PlanEntry> plan; left > 0 && (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        if (left > 0 && !done.contains(unit.number())) {
          read(unit);
          left--;
        }
      }
    }
  }

  private void read(Unit unit) throws IOException {
    try (UnitProcessor processor = new UnitProcessor(ledger, output, feed, work)) {
      reading.clear();
      Receipt receipt = processor.process(unit);
      // An attempt that could not read a slice may have read others before.
      int records = (int) receipt.counts().records();
      deadLetters += receipt.counts().deadLetters();
      ledger.writeRetryNotes(unit, receipt);
      lines.addAll(reading.subList(reading.size() - records, reading.size()));
      done.add(unit.number());
    }
  }

  /** Looks and reads until nothing is new. */
  void finish() throws IOException {
    for (int quiet = 0; quiet < 4; quiet++) {
      long before = planner.lastPlan();
      poll();
      read(Integer.MAX_VALUE);
      if (planner.lastPlan() > before) {
        quiet = 0;
      }
    }
  }

  /** All lines that were read, in no order. */
  List<String> lines() {
    return lines.stream().sorted().toList();
  }

  long deadLetters() {
    return deadLetters;
  }

  Ledger ledger() {
    return ledger;
  }

  long plans() {
    return planner.lastPlan();
  }

  @Override
  public void close() {
    planner.close();
  }
}
