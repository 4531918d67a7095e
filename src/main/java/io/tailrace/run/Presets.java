package io.tailrace.run;

import io.tailrace.options.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Puts the options of a run together: the pipeline's preset, the runner's preset and the command
 * line, the later overriding the earlier.
 */
final class Presets {

  private Presets() {}

  /**
   * The options of a run of a pipeline.
   *
   * @throws UsageException if an argument is no option
   */
  static String[] merge(String pipeline, List<String> commandLine) {
    Map<String, String> options = new LinkedHashMap<>();
    Stream.of(
            read("/pipelines/" + pipeline + "/" + pipeline + ".options"),
            read("/runner-profiles/" + runner() + ".options"),
            commandLine)
        .flatMap(List::stream)
        .forEach(option -> options.put(name(option), option));
    return options.values().toArray(String[]::new);
  }

  private static String name(String option) {
    if (!option.startsWith("--") || option.length() == 2) {
      throw new UsageException(
          "'" + option + "' is not an option; options read --name=value, --help lists them");
    }
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  /** The runner that this build brings. */
  private static String runner() {
    Properties build = new Properties();
    try (InputStream in = Presets.class.getResourceAsStream("/io/tailrace/build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build.getProperty("runner");
  }

  private static List<String> read(String resource) {
    try (InputStream in = Presets.class.getResourceAsStream(resource);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::trim)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
