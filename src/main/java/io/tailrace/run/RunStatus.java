package io.tailrace.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.metrics.Trouble;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import io.tailrace.query.OutputChoice;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an active run.
 *
 * @param pipeline its name
 * @param runner the name of the runner; null if it runs on another machine
 * @param process the number of its process
 * @param otherMachine whether it runs on another machine
 * @param since when it began, as ISO 8601 has it
 * @param input what it reads; null if it runs on another machine
 * @param output where its results are
 * @param page the address of its page; null if it has none that is known
 * @param progress how far it is; null if that is not in the ledger, or that is elsewhere
 * @param lastError the newest thing that it waits for or could not read; null if there was nothing,
 *     or it runs on another machine
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunStatus(
    String pipeline,
    String runner,
    long process,
    boolean otherMachine,
    String since,
    List<String> input,
    String output,
    String page,
    Progress progress,
    Trouble lastError) {

  /** A run of this machine. */
  static RunStatus of(ActiveRun run) throws IOException {
    Folder output = Folder.of(run.output());
    return new RunStatus(
        run.pipeline(),
        run.runner(),
        run.process(),
        false,
        run.since(),
        run.input(),
        run.output(),
        run.page(),
        // Of other storages the options are not known.
        output.isLocal() ? progress(Ledger.of(output)).orElse(null) : null,
        run.lastError());
  }

  /** The run that writes an output, on whichever machine. */
  static Optional<RunStatus> of(OutputChoice chosen) throws IOException {
    Ledger ledger = Ledger.of(chosen.folder());
    Optional<Lease.Holder> holder = Lease.holder(ledger);
    if (holder.isEmpty()) {
      return Optional.empty();
    }
    Optional<ActiveRun> here =
        ActiveRun.all().stream()
            .filter(run -> run.process() == holder.get().process())
            .filter(run -> run.output().equals(chosen.folder().path()))
            .findFirst();
    return Optional.of(
        new RunStatus(
            chosen.identity().pipeline(),
            here.map(ActiveRun::runner).or(() -> runner(ledger, holder.get())).orElse(null),
            holder.get().process(),
            !holder.get().isOfThisMachine(),
            here.map(ActiveRun::since).orElse(holder.get().since()),
            here.map(ActiveRun::input).orElse(null),
            chosen.folder().path(),
            here.map(ActiveRun::page).orElse(null),
            progress(ledger).orElse(null),
            here.map(ActiveRun::lastError).orElse(null)));
  }

  private static Optional<String> runner(Ledger ledger, Lease.Holder holder) {
    try {
      return holder.isOfThisMachine()
          ? RunNote.read(ledger).map(RunNote::runner)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Nothing of a reader that keeps none. */
  private static Optional<Progress> progress(Ledger ledger) throws IOException {
    return ledger.newestRun() == 0
        ? Optional.empty()
        : Optional.of(ProgressSource.ofLedger(ledger).read());
  }

  /** Lines for people. */
  String toText() {
    StringBuilder text = new StringBuilder(pipeline);
    if (runner != null) {
      text.append(" on ").append(runner);
    }
    text.append(", process ").append(process).append(otherMachine ? " of another machine" : "");
    text.append(", since ").append(since).append('\n');
    if (input != null) {
      line("input", String.join(", ", input), text);
    }
    line("output", output, text);
    if (progress != null) {
      line("progress", progress.toLine(), text);
    }
    if (lastError != null) {
      line("error", lastError.toLine(), text);
    }
    if (page != null) {
      line("page", page, text);
    }
    return text.toString();
  }

  private static void line(String name, String value, StringBuilder text) {
    text.append(String.format("  %-9s %s%n", name, value));
  }
}
