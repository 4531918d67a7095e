package io.tailrace.report;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.h2.tools.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * H2 in memory, served on a free port of the loopback address. It lives until it is closed.
 *
 * <p>It has two users, with passwords that are made anew for each run: that of the run, whose
 * password nobody else is told, and that of everybody else, who may read the tables and nothing
 * more. Whoever may do more in H2 can run code and read files as the user of this process.
 */
public final class InMemoryDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InMemoryDatabase.class);
  private static final String OWNER = "owner";
  private static final String READER = "tailrace";

  private final Server server;
  private final Connection keepAlive;
  private final ReportConnection connection;
  private final ReportConnection reading;

  private InMemoryDatabase(
      Server server, Connection keepAlive, ReportConnection connection, ReportConnection reading) {
    this.server = server;
    this.keepAlive = keepAlive;
    this.connection = connection;
    this.reading = reading;
  }

  /** Starts a database without tables. */
  public static InMemoryDatabase start() throws SQLException {
    // H2 reads it once, when its classes are loaded.
    System.setProperty("h2.bindAddress", "127.0.0.1");
    String password = randomText();
    String readerPassword = randomText();
    String database =
        "mem:tailrace_"
            + randomText()
            + ";DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
    // The run closes it at its end; H2's own shutdown hook would be earlier than the last report.
    Connection keepAlive =
        new ReportConnection("jdbc:h2:" + database + ";DB_CLOSE_ON_EXIT=FALSE", OWNER, password)
            .open();
    createReader(keepAlive, readerPassword);
    Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon");
    server.start();
    String name = database.substring(0, database.indexOf(';'));
    String url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name;
    return new InMemoryDatabase(
        server,
        keepAlive,
        new ReportConnection(url, OWNER, password),
        new ReportConnection(url, READER, readerPassword));
  }

  /**
   * Whoever reads may read tables that are yet to come, too. H2 takes no right for two things: to
   * change one's own password, and to lock rows by {@code FOR UPDATE}, for which a run waits.
   */
  private static void createReader(Connection connection, String password) throws SQLException {
    // H2 takes the name of whoever connects in upper case.
    String reader = READER.toUpperCase(Locale.ROOT);
    try (Statement statement = connection.createStatement()) {
      statement.execute(String.format("CREATE USER %s PASSWORD '%s'", reader, password));
      statement.execute("GRANT SELECT ON SCHEMA PUBLIC TO " + reader);
    }
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

  /** How the run reaches the database, from this machine. */
  public ReportConnection connection() {
    return connection;
  }

  /** How others reach it, from this machine: they may only read. */
  public ReportConnection reading() {
    return reading;
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
