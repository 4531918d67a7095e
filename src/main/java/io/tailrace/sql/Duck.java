package io.tailrace.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.options.UsageException;
import io.tailrace.sql.SqlText.Part;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/**
 * A database in memory, which parses and binds SQL and has tables without rows. All of them are in
 * one DuckDB, which the process opens once because that takes longer than to bind a small program.
 */
final class Duck implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicLong DATABASES = new AtomicLong();

  /**
   * How the driver gives a character outside of the basic plane in a message: its bytes, each as a
   * character. It cuts as many characters from the end.
   */
  private static final Pattern FOUR_BYTES = Pattern.compile("[\u00f0-\u00f4][\u0080-\u00bf]{3}");

  private static DuckDBConnection root;

  private final Connection connection;
  private final String database = "program_" + DATABASES.incrementAndGet();

  /** The trees of {@code SELECT 1}, by what is read. */
  private final Map<String, JsonNode> templates = new HashMap<>();

  /** Statements that are executed again and again. */
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  private Duck(Connection connection) {
    this.connection = connection;
  }

  static Duck open() throws SQLException {
    Duck duck = new Duck(connect());
    duck.execute("ATTACH ':memory:' AS " + duck.database);
    duck.execute("USE " + duck.database);
    duck.execute("SET errors_as_json = true");
    // The tree as it is bound is what counts. DuckDB's optimizer cannot take some statements.
    duck.execute("PRAGMA disable_optimizer");
    duck.execute("SET explain_output = 'all'");
    // Constants are computed here, the same everywhere.
    duck.execute("SET TimeZone = 'UTC'");
    return duck;
  }

  private static synchronized Connection connect() throws SQLException {
    if (root == null) {
      Properties settings = new Properties();
      // All that is needed is built in; nothing is to be fetched, and no file is to be read.
      settings.setProperty("autoinstall_known_extensions", "false");
      settings.setProperty("autoload_known_extensions", "false");
      settings.setProperty("enable_external_access", "false");
      settings.setProperty("threads", "1");
      root = (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", settings);
    }
    return root.duplicate();
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    execute("USE memory");
    execute("DETACH " + database);
    connection.close();
  }

  /**
   * Says that DuckDB does not take a statement.
   *
   * <p>The position is in bytes from the start of the statement, or -1.
   */
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final long position;

    RefusedException(String message, long position) {
      super(message);
      this.position = position;
    }

    long position() {
      return position;
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * Executes a statement around a part of the file.
   *
   * @throws UsageException if DuckDB does not take the part
   */
  void execute(Part part) throws SQLException {
    try {
      execute(part.text());
    } catch (SQLException e) {
      throw located(part, refused(e));
    }
  }

  /**
   * Binds a part of the file without executing it.
   *
   * @throws UsageException if DuckDB does not take it
   */
  void check(Part part) {
    try (PreparedStatement statement = connection.prepareStatement(part.text())) {
      statement.getMetaData();
    } catch (SQLException e) {
      throw located(part, refused(e));
    }
  }

  /**
   * The root of the syntax tree of a part of the file: a SELECT, or several with a UNION.
   *
   * @throws UsageException if it cannot be parsed
   */
  JsonNode parse(Part part) throws SQLException {
    try {
      return parse(part.text()).at("/statements/0/node");
    } catch (RefusedException e) {
      throw located(part, e);
    }
  }

  private static UsageException located(Part part, RefusedException refused) {
    return part.error(refused.position(), refused.getMessage());
  }

  /** The syntax tree of one SELECT. */
  JsonNode parse(String select) throws SQLException, RefusedException {
    JsonNode tree = json(one("SELECT json_serialize_sql(CAST(? AS VARCHAR))", select));
    if (tree.path("error").asBoolean()) {
      throw new RefusedException(
          DuckMessages.firstLine(tree.path("error_message").asText()),
          tree.path("position").asLong(-1));
    }
    if (tree.path("statements").size() != 1) {
      throw new RefusedException("found more than one SELECT", -1);
    }
    return tree;
  }

  /** A SELECT of expressions over a table. */
  String select(List<JsonNode> expressions, String table) throws SQLException, RefusedException {
    return selectFrom(expressions, " FROM " + table);
  }

  /** A SELECT of expressions without columns. */
  String select(List<JsonNode> expressions) throws SQLException, RefusedException {
    return selectFrom(expressions, "");
  }

  private String selectFrom(List<JsonNode> expressions, String from)
      throws SQLException, RefusedException {
    JsonNode tree = templates.get(from);
    if (tree == null) {
      tree = parse("SELECT 1" + from);
      templates.put(from, tree);
    }
    tree = tree.deepCopy();
    ArrayNode columns = (ArrayNode) tree.at("/statements/0/node/select_list");
    columns.removeAll();
    expressions.forEach(columns::add);
    return one("SELECT json_deserialize_sql(CAST(? AS JSON))", tree.toString());
  }

  /** The text of an expression in DuckDB's one form. */
  String text(JsonNode expression) throws SQLException, RefusedException {
    return select(List.of(expression)).substring("SELECT ".length());
  }

  /** The only expression that an operator of the plan of a SELECT has, bound and as text. */
  String bound(String select, String operator) throws SQLException, RefusedException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("EXPLAIN (FORMAT json) " + select)) {
      while (rows.next()) {
        if (rows.getString(1).equals("logical_plan")) {
          return expression(json(rows.getString(2)), operator)
              .orElseThrow(() -> new RefusedException("this expression is not supported", -1));
        }
      }
    } catch (SQLException e) {
      throw refused(e);
    }
    throw new SQLException("DuckDB has no logical plan");
  }

  private static Optional<String> expression(JsonNode plan, String operator) {
    if (plan.path("name").asText().strip().equals(operator)) {
      JsonNode expressions = plan.path("extra_info").path("Expressions");
      List<String> lines = new ArrayList<>();
      expressions.forEach(line -> lines.add(line.asText()));
      // DuckDB splits a text with several lines.
      return Optional.of(lines.isEmpty() ? expressions.asText() : String.join("\n", lines));
    }
    for (JsonNode child : plan) {
      Optional<String> inside = expression(child, operator);
      if (inside.isPresent()) {
        return inside;
      }
    }
    return Optional.empty();
  }

  /** The names of the types of the columns of a SELECT. */
  List<String> types(String select) throws RefusedException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("DESCRIBE " + select)) {
      List<String> types = new ArrayList<>();
      while (rows.next()) {
        types.add(rows.getString("column_type"));
      }
      return types;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /** The values of the first row of a SELECT. */
  List<Object> row(String select) throws RefusedException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(select)) {
      rows.next();
      List<Object> values = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        values.add(rows.getObject(i));
      }
      return values;
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /** The first column of each row. */
  List<String> column(String select) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(select)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private String one(String sql, String parameter) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    statement.setString(1, parameter);
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static JsonNode json(String text) throws SQLException {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("DuckDB answered no JSON: " + text, e);
    }
  }

  private static RefusedException refused(SQLException e) {
    String message =
        FOUR_BYTES
            .matcher(String.valueOf(e.getMessage()))
            .replaceAll(found -> new String(found.group().getBytes(ISO_8859_1), UTF_8));
    int start = message.indexOf('{');
    JsonNode error = start < 0 ? JSON.missingNode() : fields(message.substring(start));
    if (error.has("exception_message")) {
      return new RefusedException(DuckMessages.of(error), error.path("position").asLong(-1));
    }
    return new RefusedException(DuckMessages.firstLine(message), -1);
  }

  /** The fields of an object, which may be cut. */
  private static JsonNode fields(String json) {
    ObjectNode fields = JSON.createObjectNode();
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          fields.set(name, JSON.readTree(parser));
        }
      }
    } catch (IOException end) {
      // What was before it is what there is.
    }
    return fields;
  }

  /** A name in quotes. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
