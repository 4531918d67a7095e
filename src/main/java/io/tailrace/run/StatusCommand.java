package io.tailrace.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.query.OutputChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code status}: tells which runs are active. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "List your active runs on this machine, or the one that writes an output")
public final class StatusCommand implements Callable<Integer> {

  @Option(
      names = "--output",
      description = "tell of the run that writes this output, on whichever machine")
  private String output;

  @Option(names = "--json", description = "print an array of JSON objects")
  private boolean json;

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    List<RunStatus> runs = new ArrayList<>();
    if (output != null) {
      RunStatus.of(OutputChoice.of("status", output, storageOptions)).ifPresent(runs::add);
    } else {
      for (ActiveRun run : ActiveRun.all()) {
        runs.add(RunStatus.of(run));
      }
    }
    if (json) {
      System.out.println(new ObjectMapper().writeValueAsString(runs));
    } else if (runs.isEmpty()) {
      System.out.println("no active runs");
    } else {
      runs.forEach(run -> System.out.print(run.toText()));
    }
    return 0;
  }
}
