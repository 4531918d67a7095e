package io.tailrace;

import static org.junit.Assert.assertEquals;

import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Test;
import picocli.CommandLine;

public class MainTest {

  /** A command is found by its name before picocli has read what it is called. */
  @Test
  public void eachCommandIsKnownByItsName() {
    Set<String> names = new TreeSet<>();
    Main.commands(List.of("--help"))
        .forEach(
            (name, command) -> {
              if (command instanceof Class<?>) {
                assertEquals(name, new CommandLine(command).getCommandName());
              }
              assertEquals(Set.of(name), Main.commands(List.of(name, "--help")).keySet());
              names.add(name);
            });
    assertEquals(names, new TreeSet<>(Main.commands(List.of("unknown")).keySet()));
    for (LogPipeline pipeline : Pipelines.builtIn()) {
      assertEquals(Set.of(pipeline.name()), Main.commands(List.of(pipeline.name())).keySet());
    }
  }
}
