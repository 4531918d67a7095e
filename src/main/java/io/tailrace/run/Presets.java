package io.tailrace.run;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.table.LogTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the options of a run together: the pipeline's preset, the runner's presets and the command
 * line, the later overriding the earlier.
 */
final class Presets {

  private static final String TEXT_READER = "--reader=textio";

  /** What a runner needs for that reader alone. */
  private static final String TEXT = "-textio.options";

  /** Stands for the number of cores in a preset. */
  private static final String CORES = "{cores}";

  private static final int LEAST_CORES = 2;

  private Presets() {}

  /**
   * The options of a run of a pipeline. Of an option that is given several times the last one
   * counts, or, if it is a list, all of them; those of the command line in the place of a preset's.
   *
   * @throws UsageException if an argument is no option
   */
  static String[] merge(LogPipeline pipeline, List<String> commandLine) {
    Set<String> lists =
        Stream.of(pipeline.options().getMethods())
            .filter(method -> method.getReturnType() == List.class)
            .map(method -> "--" + method.getName().substring("get".length()))
            .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
    Map<String, List<String>> options = new LinkedHashMap<>();
    String profile = "/runner-profiles/" + runner();
    List<String> text =
        commandLine.contains(TEXT_READER) && Presets.class.getResource(profile + TEXT) != null
            ? read(profile + TEXT)
            : List.of();
    for (List<String> source : List.of(of(pipeline), text, commandLine)) {
      Map<String, List<String>> given = new LinkedHashMap<>();
      String before = "";
      for (String option : source) {
        requireOption(option, before);
        before = option;
        List<String> values = given.computeIfAbsent(name(option), name -> new ArrayList<>());
        if (!lists.contains(name(option))) {
          values.clear();
        }
        values.add(option);
      }
      options.putAll(given);
    }
    return options.values().stream().flatMap(List::stream).toArray(String[]::new);
  }

  /** The presets of a pipeline and of the runner, in which later ones count. */
  static List<String> of(LogPipeline pipeline) {
    // A user's file of SQL has no preset: the defaults are those of any pipeline.
    String preset = "/pipelines/" + pipeline.name() + "/" + pipeline.name() + ".options";
    List<String> all = new ArrayList<>(pipeline.isBuiltIn() ? read(preset) : defaults(pipeline));
    all.addAll(read("/runner-profiles/" + runner() + ".options"));
    return all;
  }

  private static List<String> defaults(LogPipeline pipeline) {
    List<String> defaults = new ArrayList<>(List.of("--jobName=" + pipeline.name()));
    if (pipeline.logs().stream().anyMatch(LogTable::growing)) {
      defaults.add("--logFormat=delta");
    }
    return defaults;
  }

  /**
   * @param before what is given before it
   */
  private static void requireOption(String option, String before) {
    if (option.startsWith("--") && option.length() > 2) {
      return;
    }
    boolean isValue = before.startsWith("--") && before.indexOf('=') < 0;
    throw new UsageException(
        "'"
            + option
            + "' is not an option; "
            + (isValue
                ? "a value of " + before + " is given as " + before + "=" + option
                : "options read --name=value, --help lists them"));
  }

  private static String name(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  /** The runner that this build brings. */
  static String runner() {
    Properties build = new Properties();
    try (InputStream in = Presets.class.getResourceAsStream("/io/tailrace/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("runner");
  }

  private static List<String> read(String resource) {
    int cores = Math.max(LEAST_CORES, Runtime.getRuntime().availableProcessors());
    try (InputStream in = Presets.class.getResourceAsStream(resource);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::trim)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.replace(CORES, String.valueOf(cores)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
