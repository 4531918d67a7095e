package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that contestants read, which are kept from one invocation to the next. */
final class Input {

  private static final String SEED = "42";

  private Input() {}

  /** The folder of the input, whose name appears when it is whole. */
  static Path of(Settings settings) throws IOException, InterruptedException {
    int servers = settings.number("servers");
    return generated(
        settings, "server-logs", size(settings) + "-" + servers, "--servers=" + servers);
  }

  /** The same with access logs. */
  static Path ofAccessLogs(Settings settings) throws IOException, InterruptedException {
    return generated(settings, "access-log", "access-log-" + size(settings));
  }

  /** The same with readings of heart rates. */
  static Path ofReadings(Settings settings) throws IOException, InterruptedException {
    return generated(settings, "tracker", "tracker-" + size(settings));
  }

  private static String size(Settings settings) {
    return settings.number("files") + "x" + settings.number("lines");
  }

  private static Path generated(Settings settings, String pipeline, String name, String... options)
      throws IOException, InterruptedException {
    Path folder = settings.data().resolve(name);
    if (!Files.exists(folder)) {
      System.out.println("making the input");
      Path unfinished = Trees.empty(folder.resolveSibling(folder.getFileName() + ".unfinished"));
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "-jar",
                  settings.runners().get(0).jar(settings.jars()).toString(),
                  "generate",
                  pipeline,
                  "--output=" + unfinished,
                  "--files=" + settings.number("files"),
                  "--lines=" + settings.number("lines"),
                  "--seed=" + SEED));
      arguments.addAll(List.of(options));
      ChildJvm.run(folder.resolveSibling("generate.out"), arguments);
      Files.move(unfinished, folder);
    }
    return folder;
  }

  /**
   * Reads the input, so that it is in the system's cache for the first contestant as it is for the
   * others, and gives its size in bytes.
   */
  static long readOnce(Path input) throws IOException {
    long bytes = 0;
    try (Stream<Path> listing = Files.list(input)) {
      for (Path file : listing.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          bytes += in.transferTo(OutputStream.nullOutputStream());
        }
      }
    }
    return bytes;
  }
}
