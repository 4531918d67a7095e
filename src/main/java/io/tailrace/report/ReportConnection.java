package io.tailrace.report;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * How to reach a report database.
 *
 * @param url JDBC URL, without secrets if it is to be printed
 * @param user user name, or null if the URL says it
 * @param password password, or null if the URL says it
 */
public record ReportConnection(String url, String user, String password) implements Serializable {

  /** Whether a cluster has loaded this class for one job among others. */
  private static final boolean IS_ON_A_WORKER =
      ReportConnection.class.getClassLoader() != ClassLoader.getSystemClassLoader();

  /**
   * Opens a connection.
   *
   * <p>The drivers that come with Tailrace are asked directly: the {@link DriverManager} looks for
   * drivers once for a JVM, so on a worker of a cluster the second job would not find its own, and
   * it keeps the classes of every job whose driver is registered there.
   */
  public Connection open() throws SQLException {
    Properties properties = new Properties();
    if (user != null) {
      properties.setProperty("user", user);
      properties.setProperty("password", password);
    }
    Connection connection = null;
    if (url.startsWith("jdbc:h2:")) {
      connection = H2.DRIVER.connect(url, properties);
    } else if (url.startsWith("jdbc:postgresql:")) {
      connection = PostgreSql.DRIVER.connect(url, properties);
    }
    return connection == null ? DriverManager.getConnection(url, properties) : connection;
  }

  private static final class H2 {

    static final Driver DRIVER = new org.h2.Driver();

    static {
      if (IS_ON_A_WORKER) {
        org.h2.Driver.unload();
      }
    }
  }

  private static final class PostgreSql {

    static final Driver DRIVER = new org.postgresql.Driver();

    static {
      try {
        if (IS_ON_A_WORKER) {
          org.postgresql.Driver.deregister();
        }
      } catch (SQLException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return url.replaceAll("(?i)(password=)[^&;]*", "$1***");
  }
}
