package io.tailrace.run;

import io.tailrace.dashboard.Binding;
import io.tailrace.dashboard.Dashboard;
import io.tailrace.dashboard.Shown;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.progress.Health;
import io.tailrace.progress.ProgressSource;
import io.tailrace.query.OutputChoice;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code dashboard}: the page of an output that runs elsewhere or has stopped. */
@Command(
    name = "dashboard",
    mixinStandardHelpOptions = true,
    description = "Serve a page with the reports, logs and progress of an output, until Ctrl-C")
public final class DashboardCommand implements Callable<Integer> {

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Option(
      names = "--port",
      paramLabel = "[ADDRESS:]PORT",
      description =
          "where to listen, 0 for any port; who comes needs the token in the address that is"
              + " printed (default: ${DEFAULT-VALUE})")
  private String port = "0";

  @Option(
      names = "--tokenFile",
      paramLabel = "FILE",
      description = "a file with the token, which is not printed then (default: a new token)")
  private String tokenFile;

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Binding binding =
        Binding.parse("--port", port)
            .orElseThrow(() -> new UsageException("dashboard: --port=off serves nothing"))
            .withTokenOf("--tokenFile", tokenFile);
    OutputChoice chosen = OutputChoice.of("dashboard", output, storageOptions);
    Ledger ledger = Ledger.of(chosen.folder());
    Supplier<ProgressSource> progress =
        () -> ProgressSource.ofLedger(ledger).withReports(reports(chosen), ledger);
    Shown shown =
        new Shown(
            chosen.folder(),
            chosen.pipeline(),
            progress,
            new Elsewhere(ledger),
            totals(chosen),
            storageOptions,
            "Run " + chosen.pipeline().name() + " with this output: " + chosen.folder().path());
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (Dashboard dashboard = Dashboard.open(shown, binding)) {
      StopSignal.stops(
          () -> {
            asked.countDown();
            closed.await();
          },
          () -> closed.getCount() == 0);
      System.out.printf(
          "%s shows %s, until Ctrl-C.%n", dashboard.address(), chosen.folder().path());
      asked.await();
    } finally {
      closed.countDown();
    }
    return 0;
  }

  /** The health of this command: how the run itself is, is asked where it runs. */
  private static final class Elsewhere implements Health {

    private final Ledger ledger;
    private volatile boolean leaseHeld;

    Elsewhere(Ledger ledger) {
      this.ledger = ledger;
    }

    @Override
    public Optional<String> failure() {
      return Optional.empty();
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.empty();
    }

    @Override
    public void look() throws IOException {
      leaseHeld = Lease.holder(ledger).isPresent();
    }

    @Override
    public boolean isLeaseHeld() {
      return leaseHeld;
    }
  }

  private static List<Report> reports(OutputChoice chosen) {
    return chosen.pipeline().reports().stream()
        .filter(report -> chosen.identity().keeps(report.name()))
        .toList();
  }

  private static Map<String, ReportTable> totals(OutputChoice chosen) throws IOException {
    Ledger ledger = Ledger.of(chosen.folder());
    Map<String, ReportTable> tables = new HashMap<>();
    for (Report report : reports(chosen)) {
      ReportTable all = report.newTable();
      ledger.totals(report, all::copyShownRows);
      tables.put(report.name(), all);
    }
    return tables;
  }
}
