package io.tailrace.it;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DFSUtilClient;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.ClientDatanodeProtocol;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.ipc.RPC;
import org.awaitility.Awaitility;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * HDFS on this machine: a real NameNode and a real DataNode, in a process of their own that listens
 * on the loopback address and ends with this one, however that ends.
 */
final class LocalHdfs extends ExternalResource {

  private static final Pattern PORT = Pattern.compile("\"namenode_port\":([0-9]+)}");

  /** The first time, Maven fetches what it is made of. */
  private static final Duration TIME_TO_START = Duration.ofMinutes(10);

  private static final int MILLIS_TO_ANSWER = 10_000;
  private static final short ONE_REPLICA = 1;
  private static final int BUFFER_BYTES = 4096;

  private final TemporaryFolder folder = new TemporaryFolder();
  private int port;
  private Process process;
  private FileSystem client;

  @Override
  protected void before() throws IOException {
    folder.create();
    try {
      start("-format");
      Configuration configuration = new Configuration();
      // A file is closed when the NameNode has heard of it: not 400 ms later.
      configuration.setInt("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", 2);
      configuration.setInt("dfs.client.block.write.locateFollowingBlock.retries", 12);
      client = FileSystem.newInstance(URI.create(uri()), configuration);
    } catch (IOException | RuntimeException e) {
      after();
      throw e;
    }
  }

  @Override
  protected void after() {
    try {
      if (client != null) {
        client.close();
      }
      if (process != null) {
        kill();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      folder.delete();
    }
  }

  private void start(String... options) throws IOException {
    Path details = root().resolve("details.json");
    Files.deleteIfExists(details);
    List<String> command = new ArrayList<>();
    command.add(Path.of("src", "test", "hdfs", "hdfs.sh").toAbsolutePath().toString());
    command.add(classes());
    command.add(root().toString());
    command.add(String.valueOf(port));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .atMost(TIME_TO_START)
        .failFast(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("HDFS does not start: " + Files.readString(log()));
              }
            })
        .until(() -> Files.exists(details) && PORT.matcher(Files.readString(details)).find());
    Matcher found = PORT.matcher(Files.readString(details));
    if (found.find()) {
      port = Integer.parseInt(found.group(1));
    }
  }

  private static String classes() {
    return Path.of(
            URI.create(
                LocalHdfs.class.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private Path log() {
    return root().resolve("log");
  }

  private Path root() {
    return folder.getRoot().toPath().toAbsolutePath();
  }

  /** SIGKILL, for the NameNode and the DataNode at once; waits until they are no more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Ends the DataNode alone, as an administrator does; the NameNode goes on answering. */
  void endDataNode() throws IOException {
    DistributedFileSystem hdfs = (DistributedFileSystem) client;
    for (DatanodeInfo dataNode : hdfs.getDataNodeStats()) {
      ClientDatanodeProtocol asked =
          DFSUtilClient.createClientDatanodeProtocolProxy(
              dataNode, client.getConf(), MILLIS_TO_ANSWER, false);
      try {
        asked.shutdownDatanode(false);
      } finally {
        RPC.stopProxy(asked);
      }
      Awaitility.await().until(() -> !listens(dataNode.getXferPort()));
    }
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Starts them again after {@link #kill}, where they were and with what they had. */
  void startAgain() throws IOException {
    start();
    // The first request finds that its connection is lost.
    Awaitility.await().ignoreExceptionsInstanceOf(IOException.class).until(() -> exists("/"));
  }

  /** Its URI, without a slash at its end. */
  String uri() {
    return "hdfs://127.0.0.1:" + port;
  }

  /** Makes a folder. */
  void makeFolder(String uri) throws IOException {
    client.mkdirs(path(uri));
  }

  /** Makes a file appear, whole, as {@code hdfs dfs -put} does. */
  void deliver(String uri, byte[] bytes) throws IOException {
    String unfinished = uri + "._COPYING_";
    try (FSDataOutputStream out = client.create(path(unfinished))) {
      out.write(bytes);
    }
    if (!client.rename(path(unfinished), path(uri))) {
      throw new IOException(uri + " is there already");
    }
  }

  /** Makes a file appear, whole. */
  void deliver(String uri, String text) throws IOException {
    deliver(uri, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes more to a file that is there, and closed. */
  void append(String uri, String text) throws IOException {
    try (FSDataOutputStream out = client.append(path(uri))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Begins a file that others see at once, and that is there to be written until it is closed. */
  FSDataOutputStream begin(String uri, int blockBytes) throws IOException {
    return client.create(path(uri), false, BUFFER_BYTES, ONE_REPLICA, blockBytes);
  }

  /** How much of a file the NameNode tells of. */
  long length(String uri) throws IOException {
    return client.getFileStatus(path(uri)).getLen();
  }

  /** Whether there is a file or a folder. */
  boolean exists(String uri) throws IOException {
    return client.exists(path(uri));
  }

  /** The names of what is in a folder. */
  List<String> names(String uri) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus status : client.listStatus(path(uri))) {
      names.add(status.getPath().getName());
    }
    return names;
  }

  private static org.apache.hadoop.fs.Path path(String uri) {
    return new org.apache.hadoop.fs.Path(uri);
  }
}
