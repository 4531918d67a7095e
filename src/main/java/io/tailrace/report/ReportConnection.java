package io.tailrace.report;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * How to reach a report database.
 *
 * @param url JDBC URL, without secrets if it is to be printed
 * @param user user name, or null if the URL says it
 * @param password password, or null if the URL says it
 */
public record ReportConnection(String url, String user, String password) implements Serializable {

  /** Opens a connection. */
  public Connection open() throws SQLException {
    return user == null
        ? DriverManager.getConnection(url)
        : DriverManager.getConnection(url, user, password);
  }

  /** Never shows the password. */
  @Override
  public String toString() {
    return url.replaceAll("(?i)(password=)[^&;]*", "$1***");
  }
}
