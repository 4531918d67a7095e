package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The files that contestants read, which are kept from one invocation to the next. */
final class Input {

  private static final String SEED = "42";

  private Input() {}

  /**
   * Server logs.
   *
   * @param severe how many percent of the records have severity 0, as {@code generate} has it
   */
  record ServerLogs(int files, int lines, int servers, String severe) {

    /** What is generated where nothing else is said. */
    static final String USUALLY_SEVERE = "0.1";

    private String name() {
      String name = files + "x" + lines + "-" + servers;
      return severe.equals(USUALLY_SEVERE) ? name : name + "-severe-" + severe;
    }

    private List<String> options() {
      String option = "--servers=" + servers;
      return severe.equals(USUALLY_SEVERE)
          ? List.of(option)
          : List.of(option, "--severe=" + severe);
    }
  }

  /** The folder of the input, whose name appears when it is whole. */
  static Path of(Settings settings, ServerLogs logs) throws IOException, InterruptedException {
    return generated(
        settings, "server-logs", logs.name(), logs.files(), logs.lines(), logs.options());
  }

  /** The same with the files, lines and servers that were asked for. */
  static Path ofServerLogs(Settings settings) throws IOException, InterruptedException {
    return of(
        settings,
        new ServerLogs(
            settings.number("files"),
            settings.number("lines"),
            settings.number("servers"),
            ServerLogs.USUALLY_SEVERE));
  }

  /** The same with so many files of access logs. */
  static Path ofAccessLogs(Settings settings, int files) throws IOException, InterruptedException {
    return generated(settings, "access-log", files);
  }

  /** The same with so many files of access logs in a form of their own. */
  static Path ofAccessLogs(Settings settings, int files, AccessLogForm form)
      throws IOException, InterruptedException {
    Path combined = ofAccessLogs(settings, files);
    String name = form.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return form == AccessLogForm.COMBINED
        ? combined
        : made(
            combined.resolveSibling(combined.getFileName() + "-" + name),
            unfinished -> form.write(combined, unfinished));
  }

  /** The same with readings of heart rates. */
  static Path ofReadings(Settings settings) throws IOException, InterruptedException {
    return generated(settings, "tracker", settings.number("files"));
  }

  private static Path generated(Settings settings, String pipeline, int files)
      throws IOException, InterruptedException {
    int lines = settings.number("lines");
    String name = pipeline + "-" + files + "x" + lines;
    return generated(settings, pipeline, name, files, lines, List.of());
  }

  private static Path generated(
      Settings settings, String pipeline, String name, int files, int lines, List<String> options)
      throws IOException, InterruptedException {
    return made(
        settings.data().resolve(name),
        unfinished -> {
          List<String> arguments =
              new ArrayList<>(
                  List.of(
                      "-jar",
                      settings.runners().get(0).jar(settings.jars()).toString(),
                      "generate",
                      pipeline,
                      "--output=" + unfinished,
                      "--files=" + files,
                      "--lines=" + lines,
                      "--seed=" + SEED));
          arguments.addAll(options);
          ChildJvm.run(settings.data().resolve("generate.out"), arguments);
        });
  }

  /** The same with orders. */
  static Path ofOrders(Settings settings, OrderFiles.Format format, int orders)
      throws IOException, InterruptedException {
    return made(
        settings.data().resolve("orders-" + format.option() + "-" + orders),
        unfinished -> OrderFiles.write(unfinished, format, orders));
  }

  /** Writes the files of an input to a folder. */
  @FunctionalInterface
  private interface Writer {
    void writeTo(Path folder) throws IOException, InterruptedException;
  }

  private static Path made(Path folder, Writer writer) throws IOException, InterruptedException {
    if (!Files.exists(folder)) {
      System.out.println("making the input");
      Path unfinished = Trees.empty(folder.resolveSibling(folder.getFileName() + ".unfinished"));
      writer.writeTo(unfinished);
      Files.move(unfinished, folder);
    }
    return folder;
  }

  /**
   * Reads the input, in whatever folders of a folder it is, so that it is in the system's cache for
   * the next contestant, and gives its size in bytes.
   */
  static long readOnce(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> listing = Files.walk(folder)) {
      for (Path file : listing.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          bytes += in.transferTo(OutputStream.nullOutputStream());
        }
      }
    }
    return bytes;
  }
}
