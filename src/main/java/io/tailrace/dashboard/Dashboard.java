package io.tailrace.dashboard;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page of an output.
 *
 * <p>Until somebody comes there is an open port and nothing behind it, so that a run of a second is
 * not a run of one and a half. What the page shows is looked up by one thread, however many look.
 */
public final class Dashboard implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

  /** Each viewer has one, and some are Jetty's own. */
  private static final int THREADS = Viewers.MOST + 8;

  private static final Duration TIME_TO_STOP = Duration.ofSeconds(1);
  private static final int MAX_HEADER_BYTES = 16 << 10;

  private final Shown shown;
  private final Guard guard;
  private final ServerSocketChannel port;
  private final Selector selector;
  private final Thread door = new Thread(this::awaitFirst, "dashboard");
  private Server server;
  private Pages pages;
  private boolean closed;

  private Dashboard(Shown shown, Binding binding) throws IOException {
    this.shown = shown;
    port = ServerSocketChannel.open();
    selector = Selector.open();
    try {
      port.bind(binding.socket());
    } catch (IOException e) {
      port.close();
      selector.close();
      throw new UsageException(
          String.format(
              "the page: %s cannot be listened on (%s); give another port",
              binding.socket().toString().replaceFirst(".*/", ""), e.getMessage()),
          e);
    }
    guard = Guard.of(binding, port.socket().getLocalPort());
    port.configureBlocking(false);
    port.register(selector, SelectionKey.OP_ACCEPT);
    door.setDaemon(true);
    door.start();
  }

  /**
   * Opens the page of an output.
   *
   * @throws UsageException if the port cannot be listened on
   */
  public static Dashboard open(Shown shown, Binding binding) throws IOException {
    return new Dashboard(shown, binding);
  }

  /** Its address, with what proves that one may look, if that is needed. */
  public String address() {
    return guard.address();
  }

  private void awaitFirst() {
    try {
      selector.select();
      synchronized (this) {
        if (!closed) {
          start();
        }
      }
    } catch (ClosedSelectorException e) {
      // The run has ended before anybody could come.
    } catch (Exception e) {
      // Jetty names no other.
      LOG.warn("The page cannot be served: {}", e.getMessage());
    }
  }

  private void start() throws Exception {
    selector.close();
    port.configureBlocking(true);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("dashboard");
    threads.setDaemon(true);
    threads.setStopTimeout(TIME_TO_STOP.toMillis());
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.open(port);
    server.addConnector(connector);
    pages = new Pages(shown);
    guard.setHandler(pages);
    server.setHandler(guard);
    server.start();
  }

  /** Closes the page; those who look are told that it has ended. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
    }
    selector.close();
    try {
      if (pages != null) {
        pages.end();
      }
      if (server != null) {
        server.stop();
      }
    } catch (Exception e) {
      // Jetty names no other.
      LOG.debug("The page does not end cleanly", e);
    }
    port.close();
  }
}
