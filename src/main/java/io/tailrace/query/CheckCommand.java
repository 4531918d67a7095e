package io.tailrace.query;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Finding;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.OutputCheck;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/**
 * {@code check}: compares the files of an output with their checksums, and mends what can be mended
 * without input.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Verify the ledger of an output and the files of its logs")
public final class CheckCommand implements Callable<Integer> {

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Option(
      names = "--repair",
      description = "mend what can be mended without input, and delete foreign files of logs")
  private boolean repair;

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  private final PrintStream out;

  /** Prints to standard output. */
  public CheckCommand() {
    this(System.out);
  }

  CheckCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    OutputChoice chosen;
    try {
      chosen = OutputChoice.of("check", output, storageOptions);
    } catch (DamagedFileException | UsageException e) {
      Optional<OutputCheck.Result> result = withoutIdentity();
      if (result.isEmpty()) {
        throw e;
      }
      return tell(result.get());
    }
    if (!repair) {
      return tell(check(chosen));
    }
    Lease lease = Lease.take(Ledger.of(chosen.folder()), chosen.folder().path());
    try {
      new OutputCheck(chosen.folder(), logs(chosen))
          .repair(new LogRows(chosen.folder()))
          .forEach(out::println);
    } finally {
      lease.close();
    }
    return tell(check(chosen));
  }

  private Optional<OutputCheck.Result> withoutIdentity() throws IOException {
    try {
      return OutputCheck.withoutIdentity(Folder.of(output));
    } catch (IllegalArgumentException | UsageException e) {
      return Optional.empty();
    }
  }

  private static boolean hasManifest(OutputChoice chosen) {
    return !chosen.identity().reader().equals(Reader.textio.name());
  }

  private static List<LogTable> logs(OutputChoice chosen) {
    return hasManifest(chosen)
        ? chosen.pipeline().allLogs(chosen.identity().logFormat())
        : List.of();
  }

  private OutputCheck.Result check(OutputChoice chosen) throws IOException {
    OutputCheck.Result result = new OutputCheck(chosen.folder(), logs(chosen)).run();
    List<Finding> findings = new ArrayList<>(result.findings());
    long files = result.logFiles();
    long bytes = result.bytes();
    for (LogTable log : logs(chosen)) {
      if (log.format().hasVersions()) {
        TableCheck table =
            new TableCheck(
                chosen.folder(), log, result.tableFiles().getOrDefault(log.name(), Map.of()));
        findings.addAll(table.run(chosen.identity().id()));
        files += table.files();
        bytes += table.bytes();
      }
    }
    if (!hasManifest(chosen)) {
      out.println(
          "The text reader has no manifest, so the files of its logs are compared with nothing.");
    }
    return new OutputCheck.Result(findings, result.ledgerFiles(), files, bytes, Map.of());
  }

  /** Prints the findings and the summary, and gives the exit code. */
  private int tell(OutputCheck.Result result) {
    result.findings().forEach(out::println);
    long problems = result.findings().stream().filter(Finding::isProblem).count();
    boolean isDamaged =
        result.findings().stream()
            .anyMatch(finding -> finding.severity() != Finding.Severity.FOREIGN);
    String outcome =
        problems > 0
            ? String.format("%,d %s", problems, problems == 1 ? "problem" : "problems")
            : isDamaged ? "no problem." : "no damage.";
    out.printf(
        "Checked %,d %s of the ledger and %,d %s of logs (%s): %s%n",
        result.ledgerFiles(),
        result.ledgerFiles() == 1 ? "file" : "files",
        result.logFiles(),
        result.logFiles() == 1 ? "file" : "files",
        size(result.bytes()),
        outcome);
    return problems == 0 ? 0 : 1;
  }

  private static String size(long bytes) {
    return bytes >= 100_000_000
        ? String.format("%,.1f GB", bytes / 1e9)
        : bytes >= 100_000 ? String.format("%,.1f MB", bytes / 1e6) : bytes + " bytes";
  }
}
