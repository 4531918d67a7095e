package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that contestants read, which are kept from one invocation to the next. */
final class Input {

  private static final String SEED = "42";

  private Input() {}

  /** The folder of the input, whose name appears when it is whole. */
  static Path of(Settings settings) throws IOException, InterruptedException {
    int files = settings.number("files");
    int lines = settings.number("lines");
    int servers = settings.number("servers");
    Path folder = settings.data().resolve("%dx%d-%d".formatted(files, lines, servers));
    if (!Files.exists(folder)) {
      System.out.println("making the input");
      Path unfinished = Trees.empty(folder.resolveSibling(folder.getFileName() + ".unfinished"));
      ChildJvm.run(
          folder.resolveSibling("generate.out"),
          List.of(
              "-jar",
              settings.runners().get(0).jar(settings.jars()).toString(),
              "generate",
              "server-logs",
              "--output=" + unfinished,
              "--files=" + files,
              "--lines=" + lines,
              "--servers=" + servers,
              "--seed=" + SEED));
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
