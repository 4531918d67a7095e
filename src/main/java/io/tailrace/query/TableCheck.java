package io.tailrace.query;

import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.ledger.Finding;
import io.tailrace.ledger.OutputCheck;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Storages;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks whether the files of the newest version of a Delta table are there: by size and checksum if
 * a unit has written them, otherwise by size.
 */
final class TableCheck {

  private static final String BACKUP = "restore it from a backup";

  private final LogTable log;
  private final Folder folder;
  private final Map<String, LogFile> written;
  private final List<Finding> findings = new ArrayList<>();
  private long files;
  private long bytes;

  /**
   * @param written the files that units have written, by name
   */
  TableCheck(Folder output, LogTable log, Map<String, LogFile> written) {
    this.log = log;
    this.folder = output.folder(log.name());
    this.written = written;
  }

  /** Checks the files of the newest version, and of units that no version has yet. */
  List<Finding> run(String writer) throws IOException {
    Optional<TableVersion> version;
    long position;
    try {
      DeltaTable table = DeltaTable.in(folder);
      version = table.newest();
      position = version.isPresent() ? table.position(writer) : 0;
    } catch (UsageException | IOException e) {
      return List.of(Finding.problem(e.getMessage() + "; " + BACKUP));
    }
    if (version.isEmpty() && !written.isEmpty()) {
      return List.of(
          Finding.problem(folder.path() + "/_delta_log is damaged: it is missing; " + BACKUP));
    }
    for (TableVersion.File file :
        version.map(TableVersion::files).orElse(List.<TableVersion.File>of())) {
      check(file);
    }
    for (LogFile file : written.values()) {
      if (unit(file.name()) > position) {
        compare(file);
      }
    }
    return findings;
  }

  private static long unit(String file) {
    return Long.parseLong(file.split("-")[1]);
  }

  private void check(TableVersion.File file) throws IOException {
    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
    LogFile known = written.get(name);
    if (known != null && known.bytes() == file.bytes()) {
      compare(known);
      return;
    }
    files++;
    bytes += file.bytes();
    try {
      long size = Storages.of(file.path()).stat(file.path()).size();
      if (size != file.bytes()) {
        lost(file, String.format("it has %d bytes, not %d", size, file.bytes()));
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      lost(file, "it is missing");
    }
  }

  private void compare(LogFile file) throws IOException {
    files++;
    bytes += file.bytes();
    OutputCheck.compare(folder, log.name(), file).ifPresent(findings::add);
  }

  private void lost(TableVersion.File file, String reason) {
    findings.add(
        Finding.problem(
            String.format(
                "%s is damaged: %s; %s of %s are lost: %s",
                file.path(),
                reason,
                file.rows() < 0 ? "its rows" : String.format("its %,d rows", file.rows()),
                log.name(),
                BACKUP)));
  }

  long files() {
    return files;
  }

  long bytes() {
    return bytes;
  }
}
