package io.tailrace.query;

import io.tailrace.delta.TableVersion;
import io.tailrace.ledger.ContentSum;
import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Manifest;
import io.tailrace.storage.Folder;
import io.tailrace.storage.LocalPaths;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of logs on this machine, as the manifest names them. Files on another storage are
 * copied to this machine. Each file is compared with its size and checksum once, as it never
 * changes.
 *
 * <p>Not safe for use by more than one thread.
 */
final class LogFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

  private final Folder output;
  private final Manifest manifest;
  private final boolean hasManifest;
  private final Optional<LocalCopies> copies;
  private final Set<String> verified = ConcurrentHashMap.newKeySet();
  private final Map<String, DamagedFileException> damaged = new ConcurrentHashMap<>();
  private boolean ignoresMissing;

  /**
   * @param hasManifest whether the ledger names the files; otherwise all that are there count
   */
  LogFiles(Folder output, Ledger ledger, boolean hasManifest) {
    this.output = output;
    this.hasManifest = hasManifest;
    this.manifest = new Manifest(ledger);
    this.copies = output.isLocal() ? Optional.empty() : Optional.of(new LocalCopies(output));
  }

  /** Leaves out files that are missing or damaged from now on. */
  void ignoreMissing() {
    ignoresMissing = true;
  }

  /** The folder of this machine in which the files of a log are. */
  String folder(LogTable log) throws IOException {
    return copies.isPresent()
        ? copies.get().folder(log).toString()
        : output.folder(log.name()).path();
  }

  /**
   * The paths of the files of a log.
   *
   * @throws DamagedFileException if one of them is missing or damaged
   */
  List<String> of(LogTable log) throws IOException {
    if (!hasManifest) {
      return present(log);
    }
    manifest.refresh(ignoresMissing);
    return verified(log, manifest.files(log.name()));
  }

  private List<String> present(LogTable log) throws IOException {
    String folder = copies.isPresent() ? copies.get().folderOf(log) : folder(log);
    return new Folder(folder)
        .list("", log.suffix()).stream().map(name -> folder + "/" + name).toList();
  }

  /** The paths of the last files of a log, by the units of their names. */
  List<String> last(LogTable log, int count) throws IOException {
    if (!hasManifest) {
      List<String> present = present(log);
      return present.subList(Math.max(0, present.size() - count), present.size());
    }
    manifest.refresh(ignoresMissing);
    List<LogFile> files = new ArrayList<>(manifest.files(log.name()));
    files.sort(Comparator.comparing(LogFile::name));
    return verified(log, files.subList(Math.max(0, files.size() - count), files.size()));
  }

  private List<String> verified(LogTable log, List<LogFile> files) throws IOException {
    String folder = folder(log);
    List<LogFile> unknown =
        files.stream().filter(file -> !verified.contains(folder + "/" + file.name())).toList();
    try {
      // Each of many small files takes as long as the storage takes to answer.
      unknown.parallelStream().forEach(file -> verify(log, folder, file));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    List<String> paths = new ArrayList<>();
    for (LogFile file : files) {
      String path = folder + "/" + file.name();
      DamagedFileException damage = damaged.get(path);
      if (damage == null) {
        paths.add(path);
      } else if (ignoresMissing) {
        LOG.warn("{}; its {} rows are left out", damage.getMessage(), file.rows());
      } else {
        throw new DamagedFileException(
            damage.file(),
            String.format(
                "%s; %s cannot be answered without its %d rows: restore the file, or ask with"
                    + " --ignoreMissing; check --output=%s tells more",
                damage.reason(), log.name(), file.rows(), output.path()));
      }
    }
    return paths;
  }

  private void verify(LogTable log, String folder, LogFile file) {
    String path = folder + "/" + file.name();
    String original = output.folder(log.name()).file(file.name());
    try {
      if (copies.isPresent()) {
        copies.get().copy(log, file.name());
      }
      try (InputStream in = Files.newInputStream(Path.of(path))) {
        ContentSum.of(in).requireThatOf(file, original);
      }
      damaged.remove(path);
      verified.add(path);
    } catch (FileNotFoundException | NoSuchFileException e) {
      damaged.put(path, new DamagedFileException(original, "it is missing"));
    } catch (DamagedFileException e) {
      damaged.put(path, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where files of a Delta table are on this machine.
   *
   * @throws DamagedFileException if one of them is missing, or has another size than its version
   *     says
   */
  UnaryOperator<String> paths(LogTable log, List<TableVersion.File> files) throws IOException {
    if (copies.isPresent()) {
      String folder = copies.get().folderOf(log);
      return path -> folder + path.substring(path.lastIndexOf('/'));
    }
    for (TableVersion.File file : files) {
      Path path = LocalPaths.path(file.path());
      if (!Files.exists(path)) {
        throw new DamagedFileException(file.path(), "it is missing from the table " + log.name());
      }
      long bytes = Files.size(path);
      if (bytes != file.bytes()) {
        throw new DamagedFileException(
            file.path(), String.format("it has %d bytes, not %d", bytes, file.bytes()));
      }
    }
    return path -> path;
  }

  @Override
  public void close() throws IOException {
    if (copies.isPresent()) {
      copies.get().close();
    }
  }
}
