package io.tailrace.run;

import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.UsageException;
import io.tailrace.query.OutputChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * {@code stop}: asks the run that writes an output to finish the units it is at and end, through
 * the ledger, so that it may be on another machine, and waits for that.
 */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "End the run that writes an output, on whichever machine, and wait for its end")
public final class StopCommand implements Callable<Integer> {

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    OutputChoice chosen = OutputChoice.of("stop", output, storageOptions);
    Ledger ledger = Ledger.of(chosen.folder());
    Optional<Lease.Holder> holder = Lease.holder(ledger);
    if (holder.isEmpty()) {
      System.out.println("no active run writes " + chosen.folder().path());
      return 0;
    }
    String run =
        String.format(
            "%s (process %d%s)",
            chosen.identity().pipeline(),
            holder.get().process(),
            holder.get().isOfThisMachine() ? "" : " of another machine");
    if (chosen.identity().reader().equals(Reader.textio.name())) {
      throw new UsageException(
          String.format(
              "stop: %s reads by --reader=textio, which asks no ledger; end its process", run));
    }
    System.out.println("stopping " + run);
    ledger.requestStop(ledger.newestRun());
    boolean hasEnded = Lease.awaitEnd(ledger);
    System.out.println(
        hasEnded
            ? "stopped"
            : run + " has ended without giving its output back; the next run goes on from there");
    return 0;
  }
}
