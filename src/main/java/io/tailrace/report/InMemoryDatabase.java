package io.tailrace.report;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.tools.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * H2 in memory, served on a free port of the loopback address to whoever has the password, which is
 * made anew for each run. It lives until it is closed.
 */
public final class InMemoryDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryDatabase.class);
  private static final String USER = "tailrace";

  private final Server server;
  private final Connection keepAlive;
  private final ReportConnection connection;

  private InMemoryDatabase(Server server, Connection keepAlive, ReportConnection connection) {
    this.server = server;
    this.keepAlive = keepAlive;
    this.connection = connection;
  }

  /** Starts a database without tables. */
  public static InMemoryDatabase start() throws SQLException {
    // H2 reads it once, when its classes are loaded.
    System.setProperty("h2.bindAddress", "127.0.0.1");
    String password = randomText();
    String database =
        "mem:tailrace_"
            + randomText()
            + ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
    // The run closes it at its end; H2's own shutdown hook would be earlier than the last report.
    Connection keepAlive =
        new ReportConnection("jdbc:h2:" + database + ";DB_CLOSE_ON_EXIT=FALSE", USER, password)
            .open();
    Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon");
    server.start();
    String name = database.substring(0, database.indexOf(';'));
    return new InMemoryDatabase(
        server,
        keepAlive,
        new ReportConnection(
            "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name, USER, password));
  }

  /**
   * Starts one and closes it: the first of a process takes a tenth of a second of loading classes.
   */
  public static void warmUp() {
    try {
      start().close();
    } catch (SQLException e) {
      // Whoever needs one is told.
      LOG.debug("The report database does not start", e);
    }
  }

  /** How to reach the database from this machine. */
  public ReportConnection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    server.stop();
    try (Statement statement = keepAlive.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
  }

  private static String randomText() {
    return new BigInteger(130, new SecureRandom()).toString(36);
  }
}
