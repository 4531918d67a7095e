package io.tailrace.query;

import io.tailrace.delta.Vacuum;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vacuum TABLE --retention=168h}: deletes files that the newest version does not have. */
@Command(
    name = "vacuum",
    mixinStandardHelpOptions = true,
    description =
        "Delete the files of a Delta table that no version since the retention time has had; older"
            + " versions cannot be read any more")
public final class VacuumCommand implements Callable<Integer> {

  /** A unit's files are there for less than this before a version has them, or a receipt. */
  private static final Duration LONGEST_UNIT = Duration.ofHours(24);

  @Mixin private final TableCommand table = new TableCommand();

  @Option(
      names = "--retention",
      required = true,
      description = "how long what the table no longer has is kept, for example 168h")
  private String retention;

  @Override
  public Integer call() throws IOException {
    Duration kept = Quantities.duration("retention", retention);
    OutputChoice output = table.choose("vacuum");
    Ledger ledger = Ledger.of(output.folder());
    Vacuum vacuum = new Vacuum(table.folder(), ledger);
    long deleted =
        kept.compareTo(LONGEST_UNIT) < 0
            ? runAlone(vacuum, kept, ledger, output.folder().path())
            : vacuum.run(kept);
    System.out.printf("%,d files of %s are deleted%n", deleted, table.name());
    return 0;
  }

  /** What a run is writing now must not be taken for what was left behind. */
  private static long runAlone(Vacuum vacuum, Duration kept, Ledger ledger, String output)
      throws IOException {
    Lease lease = Lease.take(ledger, output);
    try {
      return vacuum.run(kept);
    } finally {
      lease.close();
    }
  }
}
