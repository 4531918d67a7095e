package io.tailrace.storage;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.apache.hadoop.io.IOUtils;
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

  /**
   * What the client says, in {@code org.apache.hadoop.hdfs.DataStreamer} and {@code
   * DFSOutputStream}, when the DataNodes of a block that it writes have gone, and what the NameNode
   * says, in {@code org.apache.hadoop.hdfs.server.blockmanagement.BlockManager}, when there is none
   * for a further block. None of them has an exception of its own.
   */
  private static final List<String> WITHOUT_DATA_NODES =
      List.of(
          " are bad. Aborting...",
          "Unable to create new block",
          "Could not get block locations",
          "Failed to replace a bad datanode",
          "Failed to add a node",
          "Failing write. Tried pipeline recovery",
          "Unable to close file because ",
          " could only be written to ");

  private static final String LAST_BLOCK_DELAY =
      "dfs.client.block.write.locateFollowingBlock.initial.delay.ms";

  private static final String LAST_BLOCK_RETRIES =
      "dfs.client.block.write.locateFollowingBlock.retries";

  private static final int SHORT_DELAY_MILLIS = 8;
  private static final int DEFAULT_RETRIES = 5;

  private final Configuration configuration;
  private final boolean syncs;
  private final Map<String, FileContext> contexts = new ConcurrentHashMap<>();
  private final Retries retries = new Retries("HDFS", HadoopStorage::passes);

  /** Has a voice of its own: the NameNode may answer others meanwhile. */
  private final Retries blockRetries =
      new Retries(
          "HDFS finds no DataNode for a block",
          "HDFS finds DataNodes again",
          HadoopStorage::lacksDataNodes);

  /**
   * @param given the site's settings
   * @param syncs whether files are synced at all
   */
  HadoopStorage(Configuration given, boolean syncs) {
    this.syncs = syncs;
    // What is given may be a site's own settings alone, without Hadoop's defaults.
    this.configuration = new Configuration();
    this.configuration.addResource(given);
    outliveSignals(configuration);
    // A file cannot be closed before the NameNode has heard from a DataNode, which takes a
    // millisecond or two. By default the client waits 400 ms when it asks too early, then twice as
    // long each time. Many of our files are small; six doublings more are as patient as before.
    configuration.setInt(LAST_BLOCK_DELAY, SHORT_DELAY_MILLIS);
    configuration.setInt(
        LAST_BLOCK_RETRIES, configuration.getInt(LAST_BLOCK_RETRIES, DEFAULT_RETRIES) + 6);
  }

  /**
   * Leaves clients open when the process is asked to end: by default Hadoop closes them at once,
   * under a run that finishes what it is at.
   */
  static void outliveSignals(Configuration configuration) {
    configuration.setBoolean("fs.automatic.close", false);
  }

  private FileSystem fileSystem(String path) throws IOException {
    return new Path(path).getFileSystem(configuration);
  }

  @Override
  public String canonical(String path) {
    URI site = FileSystem.getDefaultUri(configuration);
    Path qualified = new Path(path).makeQualified(site, new Path("/"));
    if (qualified.toUri().getAuthority() == null) {
      throw new IllegalArgumentException(
          path + " names no NameNode; use hdfs://HOST:PORT/…, or set HADOOP_CONF_DIR");
    }
    return qualified.toString();
  }

  @Override
  public void check(String path) throws IOException {
    Path root = new Path(new Glob(path).folder());
    try {
      retries.atStart(() -> fileSystem(path).listStatusIterator(root));
    } catch (FileNotFoundException e) {
      // It can be used and has answered.
    } catch (AccessControlException e) {
      throw denied(path, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableStorageException(
          String.format(
              "%s: the NameNode does not answer (%s); is it running, and is its address right?",
              path, Retries.reason(e)),
          e);
    }
  }

  @Override
  public boolean hasFolders() {
    return true;
  }

  @Override
  public boolean hasFolder(String path) throws IOException {
    return ask(
        path,
        () -> {
          try {
            return fileSystem(path).getFileStatus(new Path(path)).isDirectory();
          } catch (FileNotFoundException e) {
            return false;
          }
        });
  }

  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    return ask(glob.text(), () -> listNow(glob));
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
    // The NameNode numbers files, and gives no number twice.
    Object number =
        status instanceof HdfsFileStatus known
            ? status.getPath().toUri().getAuthority() + " " + known.getFileId()
            : null;
    return new StoredFile(path, status.getLen(), status.getModificationTime(), null, number);
  }

  /** While a file is written, HDFS shows neither its length nor that it changes. */
  @Override
  public boolean isComplete(StoredFile file) throws IOException {
    return ask(
        file.path(),
        () -> {
          if (!(fileSystem(file.path()) instanceof DistributedFileSystem hdfs)) {
            return true;
          }
          try {
            // It may have been closed since it was listed, when it was shorter.
            return hdfs.isFileClosed(new Path(file.path())) && stat(file.path()).equals(file);
          } catch (FileNotFoundException e) {
            return false;
          }
        });
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    return ask(path, () -> file(path, fileSystem(path).getFileStatus(new Path(path))));
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    return ask(
        path,
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

  /** What has been opened may still fail: the file is opened again then. */
  @Override
  public byte[] read(String path) throws IOException {
    return askForBlocks(path, () -> Storage.super.read(path));
  }

  /** The same, from the beginning. */
  @Override
  public void copy(String path, java.nio.file.Path to) throws IOException {
    askForBlocks(
        path,
        () -> {
          Storage.super.copy(path, to);
          return null;
        });
  }

  /** What has been begun may fail halfway: the file is written again then. */
  @Override
  public void write(String path, String temporary, Folder.Content content, Durability durability)
      throws IOException {
    askForBlocks(
        path,
        () -> {
          Storage.super.write(path, temporary, content, durability);
          return null;
        });
  }

  @Override
  public NewFile create(String path, String temporary, Durability durability) throws IOException {
    FSDataOutputStream out =
        ask(temporary, () -> fileSystem(temporary).create(new Path(temporary), true));
    return new RenamedFile(
        out,
        () -> sync(out, durability),
        () -> rename(temporary, path, Rename.OVERWRITE),
        () -> delete(temporary));
  }

  /**
   * Puts the bytes on the disks of all DataNodes that have them; without it they may be in the
   * memory of those alone when the file is closed. Names need no sync: the NameNode writes each
   * change to its journal before it answers.
   *
   * <p>https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-common/filesystem/outputstream.html
   * (section "Syncable.hsync()") and
   * https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/HdfsDesign.html (section
   * "The Persistence of File System Metadata").
   */
  private void sync(FSDataOutputStream out, Durability durability) throws IOException {
    if (syncs && durability == Durability.SYNCED) {
      out.hsync();
    }
  }

  private void rename(String from, String to, Rename option) throws IOException {
    Path source = new Path(from);
    Path destination = new Path(to);
    FileContext files = files(destination);
    AtomicBoolean again = new AtomicBoolean();
    ask(
        to,
        () -> {
          boolean mayBeDone = again.getAndSet(true);
          try {
            files.rename(source, destination, option);
          } catch (FileNotFoundException e) {
            if (fileSystem(from).exists(source)) {
              fileSystem(to).mkdirs(destination.getParent());
              files.rename(source, destination, option);
            } else if (!mayBeDone) {
              throw e;
            }
            // Otherwise it was renamed by a request whose answer was lost.
          }
          return null;
        });
  }

  /** Making one takes longer than to rename a file. */
  private FileContext files(Path path) throws IOException {
    URI uri = path.toUri();
    String server = uri.getScheme() + "://" + uri.getAuthority();
    FileContext known = contexts.get(server);
    if (known == null) {
      known = FileContext.getFileContext(uri, configuration);
      contexts.put(server, known);
    }
    return known;
  }

  /** Has its content from the beginning, here. */
  @Override
  public boolean createIfAbsent(
      String path, String temporary, byte[] content, Durability durability) throws IOException {
    while (true) {
      // Under its name, a second one who makes it would be kept waiting for a minute by the client.
      askForBlocks(
          path,
          () -> {
            writeNow(temporary, content, durability);
            return null;
          });
      try {
        rename(temporary, path, Rename.NONE);
        return true;
      } catch (FileAlreadyExistsException e) {
        delete(temporary);
        return false;
      } catch (FileNotFoundException e) {
        // Another run has cleared the folder of what it found unfinished: once more.
      }
    }
  }

  /**
   * Writes a file, over what an attempt before it has left.
   *
   * <p>Once a stream has failed, {@code close()} throws the same exception again, which a
   * try-with-resources cannot add to itself: it ends with an {@code IllegalArgumentException}.
   */
  private void writeNow(String path, byte[] content, Durability durability) throws IOException {
    FSDataOutputStream out = fileSystem(path).create(new Path(path), true);
    try {
      out.write(content);
      sync(out, durability);
      out.close();
    } catch (IOException | RuntimeException e) {
      IOUtils.closeStream(out);
      throw e;
    }
  }

  @Override
  public void delete(String path) throws IOException {
    ask(path, () -> fileSystem(path).delete(new Path(path), false));
  }

  @Override
  public boolean move(String path, String to) throws IOException {
    try {
      rename(path, to, Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** The server's answer to a request, however long it takes. */
  private <T> T ask(String path, Retries.Request<T> request) throws IOException {
    return inWords(path, () -> retries.untilAnswered(request));
  }

  /** The same for a request that DataNodes have to answer, too. It is sent again as a whole. */
  private <T> T askForBlocks(String path, Retries.Request<T> request) throws IOException {
    return inWords(path, () -> blockRetries.untilAnswered(() -> retries.untilAnswered(request)));
  }

  /**
   * An answer, or its refusal in the words of {@code java.io} and in one line: what comes from the
   * server has its stack trace in the message.
   */
  private static <T> T inWords(String path, Retries.Request<T> answered) throws IOException {
    try {
      return answered.send();
    } catch (FileNotFoundException e) {
      throw (IOException) new FileNotFoundException(path).initCause(e);
    } catch (AccessControlException e) {
      throw denied(path, e);
    } catch (RemoteException e) {
      throw new IOException(firstLine(e), e);
    }
  }

  private static UnusableStorageException denied(String path, AccessControlException e) {
    return new UnusableStorageException(
        String.format(
            "%s: HDFS denies access (%s); HADOOP_USER_NAME says who asks", path, firstLine(e)),
        e);
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }

  /** Whether asking again may mend it: the server does not answer, or is not able to now. */
  private static boolean passes(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof SocketTimeoutException
        || failure instanceof EOFException
        || failure instanceof SocketException
        || failure instanceof UnknownHostException
        || PASSING.contains(
            failure instanceof RemoteException remote
                ? remote.getClassName()
                : failure.getClass().getName());
  }

  /** Whether a block cannot be written or read because its DataNodes are away or full. */
  private static boolean lacksDataNodes(IOException failure) {
    return failure instanceof BlockMissingException
        || WITHOUT_DATA_NODES.stream().anyMatch(String.valueOf(failure.getMessage())::contains);
  }
}
