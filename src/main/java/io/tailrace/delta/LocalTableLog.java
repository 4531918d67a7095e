package io.tailrace.delta;

import io.delta.storage.LocalLogStore;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * The log of a Delta table in a folder of this machine. Of several processes that write the same
 * version one succeeds, and the version is there whole or not at all.
 *
 * <p>Delta's own looks whether the version is there and then renames a file to it, by which a
 * process can replace what another has just written.
 */
public final class LocalTableLog extends LocalLogStore {

  /** Called by Delta Kernel. */
  public LocalTableLog(Configuration configuration) {
    super(configuration);
  }

  @Override
  public void write(
      org.apache.hadoop.fs.Path path,
      Iterator<String> actions,
      Boolean overwrite,
      Configuration configuration)
      throws IOException {
    if (overwrite) {
      super.write(path, actions, true, configuration);
      return;
    }
    Path file = Path.of(path.toUri().getPath());
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (BufferedWriter out =
          Files.newBufferedWriter(
              temporary, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
        while (actions.hasNext()) {
          out.write(actions.next());
          out.write('\n');
        }
      }
      // Unlike a rename, it fails if the name is taken.
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(path.toString());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Only what is listed is looked at: a log may have many thousand files before. */
  @Override
  public Iterator<FileStatus> listFrom(org.apache.hadoop.fs.Path path, Configuration configuration)
      throws IOException {
    File folder = new File(path.getParent().toUri().getPath());
    String[] names = folder.list((parent, name) -> name.compareTo(path.getName()) >= 0);
    if (names == null) {
      throw new java.io.FileNotFoundException("No such file or directory: " + path.getParent());
    }
    return Arrays.stream(names)
        .sorted()
        .map(name -> new File(folder, name))
        .map(
            file ->
                new FileStatus(
                    file.length(),
                    file.isDirectory(),
                    1,
                    0,
                    file.lastModified(),
                    new org.apache.hadoop.fs.Path(path.getParent(), file.getName())))
        .iterator();
  }
}
