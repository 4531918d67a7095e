package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the files of logs with the manifest, by size and checksum. It changes nothing.
 *
 * <p>What the files of Delta tables are is in the tables, which may have been compacted.
 */
final class LogCheck {

  private final Folder output;
  private final List<LogTable> logs;
  private final Map<String, List<String>> there = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private long files;
  private long bytes;

  LogCheck(Folder output, List<LogTable> logs) {
    this.output = output;
    this.logs = logs.stream().filter(log -> !log.format().hasVersions()).toList();
  }

  /** Lists the files that are there, before a look at the ledger, which may name more then. */
  void list() throws IOException {
    for (LogTable log : logs) {
      there.put(log.name(), output.folder(log.name()).list("", ""));
    }
  }

  /** Compares what a look has found. */
  List<Finding> run(LedgerLook look) throws IOException {
    Map<String, LogTable> byName = new LinkedHashMap<>();
    logs.forEach(log -> byName.put(log.name(), log));
    for (Map.Entry<String, Map<String, LogFile>> log : look.manifest().entrySet()) {
      List<LogFile> named =
          log.getValue().values().stream().filter(file -> file.table() == null).toList();
      compare(log.getKey(), named);
    }
    if (look.isManifestKnown()) {
      for (LogTable log : logs) {
        ForeignFiles.finding(
                output.folder(log.name()),
                foreign(log.name(), look),
                "the manifest does not have them; check --repair deletes those of attempts that"
                    + " were cut short")
            .ifPresent(findings::add);
      }
    }
    return findings;
  }

  private void compare(String log, List<LogFile> named) throws IOException {
    Folder folder = output.folder(log);
    try {
      named.parallelStream()
          .map(file -> compare(folder, log, file))
          .flatMap(Optional::stream)
          .toList()
          .forEach(findings::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    files += named.size();
    bytes += named.stream().mapToLong(LogFile::bytes).sum();
  }

  private static Optional<Finding> compare(Folder folder, String log, LogFile file) {
    try {
      compare(folder.file(file.name()), file);
      return Optional.empty();
    } catch (DamagedFileException e) {
      return Optional.of(lost(e, log, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compares a file with the manifest.
   *
   * @throws DamagedFileException if it is missing or damaged
   */
  static void compare(String path, LogFile file) throws IOException {
    try (OpenFile open = Storages.of(path).open(path, 0, Storage.SMALL_FILE_BYTES)) {
      ContentSum.of(Channels.newInputStream(open.channel())).requireThatOf(file, path);
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new DamagedFileException(path, "it is missing");
    }
  }

  /** Rows of a log are lost. */
  static Finding lost(DamagedFileException damage, String log, LogFile file) {
    return Finding.problem(
        String.format(
            "%s; its %,d %s of %s %s lost: restore it from a backup%s",
            damage.getMessage(),
            file.rows(),
            file.rows() == 1 ? "row" : "rows",
            log,
            file.rows() == 1 ? "is" : "are",
            file.table() == null ? ", or ask with --ignoreMissing for the others" : ""));
  }

  /**
   * The files of a log that will never be in the manifest. One whose unit has no receipt yet may be
   * under way.
   */
  List<String> foreign(String log, LedgerLook look) {
    Set<String> pending = new HashSet<>();
    for (LedgerLook.Seen seen : look.units()) {
      if (seen.receipt().isEmpty()) {
        pending.add(seen.unit().name());
      }
    }
    Set<String> named = look.manifest().getOrDefault(log, Map.of()).keySet();
    return there.getOrDefault(log, List.of()).stream()
        .filter(file -> !named.contains(file))
        .filter(file -> !isOfAttempt(file) || !pending.contains(unit(file)))
        .toList();
  }

  /** Whether an attempt at a unit gives such names to its files. */
  static boolean isOfAttempt(String file) {
    return file.matches("unit-\\d{10,}-[0-9a-f-]{36}(-\\d+)?\\.(parquet|csv)");
  }

  /** The name of the unit of such a file. */
  static String unit(String file) {
    return file.substring(0, file.indexOf('-', Ledger.UNIT.length()));
  }

  long files() {
    return files;
  }

  long bytes() {
    return bytes;
  }
}
