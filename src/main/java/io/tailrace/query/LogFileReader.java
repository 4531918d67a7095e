package io.tailrace.query;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads single files of a log.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class LogFileReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LogFileReader.class);

  private Connection duck;

  /**
   * The rows of a file that meet a condition, in their order, as texts; what is null is not there.
   *
   * @param folder the folder of the log's files
   */
  public List<Map<String, String>> rows(Folder folder, String name, RowCondition condition)
      throws IOException {
    if (folder.isLocal()) {
      return rows(Path.of(folder.file(name)), condition);
    }
    Path copies = Files.createTempDirectory("tailrace-log-");
    Path copy = copies.resolve(name);
    try {
      folder.copy(name, copy);
      return rows(copy, condition);
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(copies);
    }
  }

  /**
   * How many rows of files have each value of a column that is never null.
   *
   * @param folder the folder of the log's files
   * @throws DamagedFileException if one of them is missing or cannot be understood
   */
  Map<String, Long> counts(Folder folder, List<String> names, LogTable log, String column)
      throws IOException {
    if (folder.isLocal()) {
      return counts(names.stream().map(folder::file).toList(), log, column);
    }
    Path copies = Files.createTempDirectory("tailrace-log-");
    List<Path> copied = new ArrayList<>();
    try {
      for (String name : names) {
        copied.add(copies.resolve(name));
        folder.copy(name, copies.resolve(name));
      }
      return counts(copied.stream().map(Path::toString).toList(), log, column);
    } catch (FileNotFoundException e) {
      throw new DamagedFileException(folder.path(), "a file of it is missing");
    } finally {
      for (Path copy : copied) {
        Files.deleteIfExists(copy);
      }
      Files.delete(copies);
    }
  }

  private Map<String, Long> counts(List<String> files, LogTable log, String column)
      throws IOException {
    String sql =
        String.format(
            "SELECT %1$s, count(*) FROM (%2$s) GROUP BY %1$s",
            QueryEngine.quote(column), QueryEngine.select(log, files));
    try (PreparedStatement statement = connection().prepareStatement(sql);
        ResultSet answer = statement.executeQuery()) {
      Map<String, Long> counts = new LinkedHashMap<>();
      while (answer.next()) {
        counts.put(answer.getString(1), answer.getLong(2));
      }
      return counts;
    } catch (SQLException e) {
      throw new DamagedFileException(files.get(0), e.getMessage());
    }
  }

  private List<Map<String, String>> rows(Path file, RowCondition condition) throws IOException {
    LogTable log = condition.log();
    String sql =
        String.format(
            "%s WHERE CAST(%s AS VARCHAR) %s ?",
            QueryEngine.select(log, List.of(file.toString())),
            QueryEngine.quote(condition.column()),
            condition.equal() ? "=" : "!=");
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      statement.setString(1, condition.value());
      try (ResultSet answer = statement.executeQuery()) {
        List<Map<String, String>> rows = new ArrayList<>();
        while (answer.next()) {
          rows.add(row(answer));
        }
        return rows;
      }
    } catch (SQLException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> row(ResultSet answer) throws SQLException {
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
      Object value = answer.getObject(i);
      if (value != null) {
        row.put(
            answer.getMetaData().getColumnName(i),
            value instanceof OffsetDateTime time ? time.toInstant().toString() : value.toString());
      }
    }
    return row;
  }

  /** Opened when it is first needed: that takes long. */
  private Connection connection() throws SQLException {
    if (duck == null) {
      duck = QueryEngine.connect();
    }
    return duck;
  }

  @Override
  public void close() {
    if (duck != null) {
      try {
        duck.close();
      } catch (SQLException e) {
        LOG.debug("The connection was gone already", e);
      }
    }
  }
}
