package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.format.CsvSettings;
import io.tailrace.sql.InputTable.InputColumn;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.duckdb.DuckDBDriver;

/** Has DuckDB's readers find out what records are, from a copy of the first of them. */
final class Sniffer implements AutoCloseable {

  /** What DuckDB says where a file has no quotes or escapes. */
  private static final String NONE = "(empty)";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final UndeclaredInput input;
  private final Path sample;
  private final Connection connection;

  private Sniffer(UndeclaredInput input, Path sample, Connection connection) {
    this.input = input;
    this.sample = sample;
    this.connection = connection;
  }

  static Sniffer open(UndeclaredInput input, List<byte[]> records)
      throws IOException, SQLException {
    Path sample = Files.createTempFile("tailrace-sample", "." + input.format());
    boolean opened = false;
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(sample))) {
        for (byte[] record : records) {
          out.write(input.format().equals("json") ? inOneLine(record) : record);
          out.write('\n');
        }
      }
      Properties settings = new Properties();
      settings.setProperty("autoinstall_known_extensions", "false");
      settings.setProperty("autoload_known_extensions", "false");
      Sniffer sniffer =
          new Sniffer(input, sample, new DuckDBDriver().connect("jdbc:duckdb:", settings));
      opened = true;
      return sniffer;
    } finally {
      if (!opened) {
        Files.delete(sample);
      }
    }
  }

  /** Ends of lines in JSON are between its parts, or it is none. */
  private static byte[] inOneLine(byte[] record) {
    byte[] line = record.clone();
    for (int i = 0; i < line.length; i++) {
      line[i] = line[i] == '\n' || line[i] == '\r' ? (byte) ' ' : line[i];
    }
    return line;
  }

  @Override
  public void close() throws SQLException, IOException {
    connection.close();
    Files.delete(sample);
  }

  /** What CSV may be: as it is where all lines fit, and as it is where some are left out. */
  List<InferredInput> csv() throws SQLException, IOException {
    List<InferredInput> found = new ArrayList<>();
    for (boolean leavesOut : List.of(false, true)) {
      try {
        found.add(csv(leavesOut));
      } catch (SQLException e) {
        // DuckDB makes nothing of it in this way.
      }
    }
    return found;
  }

  private InferredInput csv(boolean leavesOut) throws SQLException, IOException {
    String csv =
        String.format(
            "sniff_csv(%s, sample_size = -1, comment = '', ignore_errors = %s%s)",
            path(), leavesOut, given());
    Map<String, String> properties = new TreeMap<>(input.properties());
    List<Declaration.Column> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT Delimiter, Quote, Escape, SkipRows, HasHeader, to_json(Columns)::VARCHAR"
                    + " FROM "
                    + csv)) {
      row.next();
      note(properties, row);
      for (JsonNode column : JSON.readTree(row.getString(6))) {
        String name = freeName(column.path("name").asText());
        DeclaredType type = SniffedType.of(column.path("type").asText(), JSON.missingNode());
        columns.addAll(SniffedType.column(name, type, column).stream().toList());
      }
    }
    return new InferredInput(input, columns, properties);
  }

  /** Notes what is not as it is by default, where nothing else is declared. */
  private static void note(Map<String, String> properties, ResultSet row) throws SQLException {
    String delimiter = row.getString(1);
    if (!properties.containsKey("delim") && !delimiter.equals(",")) {
      properties.putIfAbsent("delimiter", delimiter.equals("\t") ? "\\t" : delimiter);
    }
    // Where the first file needs no quotes, others may have them.
    String quote = row.getString(2);
    if (!quote.equals(NONE) && !quote.equals("\"")) {
      properties.putIfAbsent("quote", quote);
    }
    String escape = row.getString(3);
    if (!escape.equals(NONE) && !escape.equals(quote)) {
      properties.putIfAbsent("escape", escape);
    }
    if (row.getInt(4) > 0) {
      properties.putIfAbsent("skip", row.getString(4));
    }
    if (row.getBoolean(5)) {
      properties.putIfAbsent("header", "true");
    }
  }

  /** What is declared, for DuckDB. */
  private String given() {
    Map<String, String> properties = input.properties();
    CsvSettings settings = CsvSettings.of(properties);
    StringBuilder given = new StringBuilder();
    if (properties.containsKey("delimiter") || properties.containsKey("delim")) {
      given.append(", delim = ").append(text(settings.delimiter()));
    }
    if (properties.containsKey("quote")) {
      given.append(", quote = ").append(text(settings.quote()));
    }
    if (properties.containsKey("escape")) {
      given.append(", escape = ").append(text(settings.escape()));
    }
    if (properties.containsKey("nullstr") || properties.containsKey("null")) {
      given.append(", nullstr = ").append(UndeclaredInput.text(settings.nullText()));
    }
    if (properties.containsKey("header")) {
      given.append(", header = ").append(settings.header());
    }
    if (properties.containsKey("skip")) {
      given.append(", skip = ").append(settings.skip());
    }
    return given.toString();
  }

  private static String text(char c) {
    return UndeclaredInput.text(c == CsvSettings.NONE ? "" : String.valueOf(c));
  }

  /** Values of CSV belong to columns by their order, so that these may be called otherwise. */
  private static String freeName(String name) {
    return isTaken(name) ? name + "_1" : name;
  }

  private static boolean isTaken(String name) {
    return InputScope.PSEUDO_COLUMNS.stream()
        .map(InputColumn::name)
        .anyMatch(name::equalsIgnoreCase);
  }

  /** What JSON is, if anything; fields with names that columns cannot have are left out. */
  List<InferredInput> json() throws SQLException, IOException {
    Optional<JsonNode> structure = structure();
    if (structure.isEmpty()) {
      return List.of();
    }
    List<Declaration.Column> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                String.format(
                    "DESCRIBE SELECT * FROM read_json(%s, format = 'newline_delimited',"
                        + " records = true, sample_size = -1, ignore_errors = true)",
                    path()))) {
      while (rows.next()) {
        String name = rows.getString(1);
        JsonNode inside = structure.get().path(name);
        DeclaredType type = SniffedType.of(rows.getString(2), inside);
        if (!isTaken(name)) {
          columns.addAll(SniffedType.column(name, type, inside).stream().toList());
        }
      }
    }
    return columns.isEmpty()
        ? List.of()
        : List.of(new InferredInput(input, columns, input.properties()));
  }

  /** The names of fields as they are: DuckDB has others for those that differ in case only. */
  private Optional<JsonNode> structure() throws SQLException, IOException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                String.format(
                    "SELECT json_group_structure(json)::VARCHAR FROM read_ndjson_objects(%s,"
                        + " ignore_errors = true) WHERE json_type(json) = 'OBJECT'",
                    path()))) {
      rows.next();
      return Optional.ofNullable(rows.getString(1)).map(Sniffer::json);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException("DuckDB answered no JSON: " + text, e);
    }
  }

  private String path() {
    return UndeclaredInput.text(sample.toString());
  }
}
