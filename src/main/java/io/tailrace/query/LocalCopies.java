package io.tailrace.query;

import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies of the files of logs that are on another storage, in a temporary folder of this machine. A
 * file of a log is complete and never changes once it has a receipt, so it is copied once.
 *
 * <p>Not safe for use by more than one thread.
 */
final class LocalCopies implements AutoCloseable {

  private final Folder output;
  private Path root;

  LocalCopies(Folder output) {
    this.output = output;
  }

  /** Copies what a log has got since the last time, and tells where the copies are. */
  String folderOf(LogTable log) throws IOException {
    Path copies = folder(log);
    Folder folder = output.folder(log.name());
    List<String> missing =
        folder.list("", log.suffix()).stream()
            .filter(name -> !Files.exists(copies.resolve(name)))
            .toList();
    try {
      // Each of many small files takes as long as the server takes to answer.
      missing.parallelStream().forEach(name -> copy(folder, name, copies.resolve(name)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return copies.toString();
  }

  /** Copies a file of a log, unless that was done before. */
  void copy(LogTable log, String name) throws IOException {
    Path copy = folder(log).resolve(name);
    if (!Files.exists(copy)) {
      output.folder(log.name()).copy(name, copy);
    }
  }

  /** Tells where the copies will be. */
  synchronized Path folder(LogTable log) throws IOException {
    if (root == null) {
      root = Files.createTempDirectory("tailrace-query-");
    }
    return Files.createDirectories(root.resolve(log.name()));
  }

  private static void copy(Folder from, String name, Path to) {
    try {
      from.copy(name, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (root == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
