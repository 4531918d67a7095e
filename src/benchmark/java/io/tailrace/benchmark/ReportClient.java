package io.tailrace.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** Asks for the report of a run that goes on, as any JDBC client can. */
final class ReportClient implements AutoCloseable {

  private static final String DRIVER = "org.h2.Driver";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Connection connection;
  private final PreparedStatement records;

  private ReportClient(Connection connection) throws SQLException {
    this.connection = connection;
    this.records = connection.prepareStatement("SELECT COALESCE(SUM(records), 0) FROM volume");
  }

  /**
   * The driver in a jar of Tailrace.
   *
   * @param loader of the jar
   */
  static Driver driver(URLClassLoader loader) {
    try {
      return (Driver) loader.loadClass(DRIVER).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new BenchmarkException("The jar has no " + DRIVER);
    }
  }

  /**
   * Connects to the report database of the run that owns an output; empty while it cannot be
   * reached.
   */
  static Optional<ReportClient> connect(Driver driver, Path output) throws IOException {
    JsonNode report;
    try {
      report = JSON.readTree(Files.readAllBytes(output.resolve("_ledger/run.json"))).path("report");
    } catch (NoSuchFileException | JsonProcessingException e) {
      // Not there yet, or not all of it.
      return Optional.empty();
    }
    if (!report.hasNonNull("url")) {
      return Optional.empty();
    }
    Properties login = new Properties();
    login.setProperty("user", report.path("user").asText());
    login.setProperty("password", report.path("password").asText());
    try {
      return Optional.of(new ReportClient(driver.connect(report.path("url").asText(), login)));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /** How many records are in the report. */
  long records() throws SQLException {
    try (ResultSet row = records.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
