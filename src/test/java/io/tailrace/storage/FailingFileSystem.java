package io.tailrace.storage;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * Files of this machine to Hadoop, some of which fail as those of HDFS do: their streams throw the
 * same exception object from {@code write} and from {@code close}.
 */
public final class FailingFileSystem extends RawLocalFileSystem {

  static final String SCHEME = "failing";

  /**
   * What the next files fail with that are written; when there is nothing left, files are whole.
   */
  static final Queue<IOException> ON_WRITE = new ConcurrentLinkedQueue<>();

  /** What the next files fail with that are opened. */
  static final Queue<IOException> ON_OPEN = new ConcurrentLinkedQueue<>();

  /** A configuration that knows it, under {@link #SCHEME}. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.failing.impl", FailingFileSystem.class, RawLocalFileSystem.class);
    configuration.setClass(
        "fs.AbstractFileSystem.failing.impl", OfFileContext.class, DelegateToFileSystem.class);
    return configuration;
  }

  /** The same to a {@code FileContext}. */
  public static final class OfFileContext extends DelegateToFileSystem {

    /** Called by Hadoop. */
    public OfFileContext(URI uri, Configuration configuration)
        throws IOException, URISyntaxException {
      super(uri, new FailingFileSystem(), configuration, SCHEME, false);
    }
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferBytes) throws IOException {
    IOException failure = ON_OPEN.poll();
    if (failure != null) {
      throw failure;
    }
    return super.open(path, bufferBytes);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferBytes,
      short replicas,
      long blockBytes,
      Progressable progress)
      throws IOException {
    FSDataOutputStream out =
        super.create(path, overwrite, bufferBytes, replicas, blockBytes, progress);
    IOException failure = ON_WRITE.poll();
    return failure == null ? out : new FSDataOutputStream(new FailingStream(out, failure), null);
  }

  private static final class FailingStream extends FilterOutputStream {

    private final IOException failure;

    FailingStream(OutputStream out, IOException failure) {
      super(out);
      this.failure = failure;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length / 2);
      throw failure;
    }

    @Override
    public void close() throws IOException {
      out.close();
      throw failure;
    }
  }
}
