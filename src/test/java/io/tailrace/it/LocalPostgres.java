package io.tailrace.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.junit.rules.ExternalResource;

/** A PostgreSQL server on this machine. */
final class LocalPostgres extends ExternalResource {

  private EmbeddedPostgres server;
  private int databases;

  @Override
  protected void before() throws IOException {
    server = EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
  }

  @Override
  protected void after() {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes a database; gives its URL. */
  String newDatabase() throws SQLException {
    String name = "reports" + ++databases;
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return server.getJdbcUrl("postgres", name);
  }

  /** The rows of a query, as lines of values between commas. */
  static List<String> query(String url, String sql) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringJoiner line = new StringJoiner(",");
        for (int column = 1; column <= columns; column++) {
          line.add(rows.getString(column));
        }
        lines.add(line.toString());
      }
    }
    return lines;
  }
}
