package io.tailrace.storage;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;

/**
 * HDFS, through Hadoop's own client.
 *
 * <p>Beam's file system replaces a file by deleting it first; for a moment it is not there, which a
 * reader of the ledger would take for the truth. HDFS can replace a file at once.
 */
final class HadoopStorage implements Storage {

  private static final Set<String> PASSING =
      Set.of(
          "org.apache.hadoop.ipc.RetriableException",
          "org.apache.hadoop.ipc.StandbyException",
          "org.apache.hadoop.hdfs.server.namenode.SafeModeException");

  private final Configuration configuration;
  private final Retries retries = new Retries("HDFS", HadoopStorage::passes);

  HadoopStorage(Configuration configuration) {
    this.configuration = configuration;
  }

  private FileSystem fileSystem(String path) throws IOException {
    return new Path(path).getFileSystem(configuration);
  }

  @Override
  public void check(String path) throws IOException {
    Path root = new Path(new Glob(path).folder());
    try {
      retries.atStart(() -> fileSystem(path).exists(root));
    } catch (AccessControlException e) {
      throw new UnusableStorageException(
          path + ": HDFS denies access; HADOOP_USER_NAME says who asks: " + e.getMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableStorageException(
          String.format(
              "%s: the NameNode does not answer (%s); is it running, and is its address right?",
              path, e.getMessage()),
          e);
    }
  }

  @Override
  public boolean hasFolder(String path) throws IOException {
    return retries.untilAnswered(
        () -> {
          try {
            return fileSystem(path).getFileStatus(new Path(path)).isDirectory();
          } catch (FileNotFoundException e) {
            return false;
          }
        });
  }

  @Override
  public List<StoredFile> list(Glob glob) throws IOException {
    if (glob.isFile()) {
      try {
        return List.of(stat(glob.text()));
      } catch (FileNotFoundException e) {
        return List.of();
      }
    }
    return retries.untilAnswered(() -> listNow(glob));
  }

  private List<StoredFile> listNow(Glob glob) throws IOException {
    FileSystem fileSystem = fileSystem(glob.text());
    Path folder = new Path(glob.folder());
    Pattern pattern = glob.pattern();
    List<StoredFile> files = new ArrayList<>();
    try {
      if (glob.isDeep()) {
        RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(folder, true);
        while (all.hasNext()) {
          addMatching(all.next(), pattern, files);
        }
      } else {
        RemoteIterator<FileStatus> all = fileSystem.listStatusIterator(folder);
        while (all.hasNext()) {
          addMatching(all.next(), pattern, files);
        }
      }
    } catch (FileNotFoundException e) {
      // A folder that is not there, or that went away meanwhile, has no files.
      return List.of();
    }
    return files;
  }

  private static void addMatching(FileStatus status, Pattern pattern, List<StoredFile> files) {
    String path = status.getPath().toString();
    if (status.isFile() && pattern.matcher(path).matches()) {
      files.add(file(path, status));
    }
  }

  private static StoredFile file(String path, FileStatus status) {
    return new StoredFile(path, status.getLen(), status.getModificationTime());
  }

  /** While a file is written, HDFS shows neither its length nor that it changes. */
  @Override
  public boolean isComplete(StoredFile file) throws IOException {
    return retries.untilAnswered(
        () ->
            !(fileSystem(file.path()) instanceof DistributedFileSystem hdfs)
                || hdfs.isFileClosed(new Path(file.path())));
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    return retries.untilAnswered(() -> file(path, fileSystem(path).getFileStatus(new Path(path))));
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    return retries.untilAnswered(
        () -> {
          FSDataInputStream in = fileSystem(path).open(new Path(path));
          try {
            StoredFile file = stat(path);
            in.seek(Math.min(from, file.size()));
            return new OpenFile(Channels.newChannel(in), file, false);
          } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
          }
        });
  }

  @Override
  public NewFile create(String path, String temporary) throws IOException {
    OutputStream out =
        retries.untilAnswered(() -> fileSystem(temporary).create(new Path(temporary), true));
    return new RenamedFile(out, () -> replace(temporary, path), () -> delete(temporary));
  }

  private void replace(String from, String to) throws IOException {
    Path source = new Path(from);
    Path destination = new Path(to);
    FileContext files = FileContext.getFileContext(destination.toUri(), configuration);
    retries.untilAnswered(
        () -> {
          try {
            files.rename(source, destination, Rename.OVERWRITE);
          } catch (FileNotFoundException e) {
            if (!fileSystem(from).exists(source)) {
              throw e;
            }
            fileSystem(to).mkdirs(destination.getParent());
            files.rename(source, destination, Rename.OVERWRITE);
          }
          return null;
        });
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    return retries.untilAnswered(
        () -> {
          try (OutputStream out = fileSystem(path).create(new Path(path), false)) {
            out.write(content);
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          }
        });
  }

  @Override
  public void delete(String path) throws IOException {
    retries.untilAnswered(() -> fileSystem(path).delete(new Path(path), false));
  }

  /** Whether asking again may mend it: the server does not answer, or is not able to now. */
  private static boolean passes(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof SocketTimeoutException
        || failure instanceof EOFException
        || failure instanceof SocketException
        || failure instanceof UnknownHostException
        || failure instanceof RemoteException remote && PASSING.contains(remote.getClassName());
  }
}
