package io.tailrace.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.format.LinePattern;
import io.tailrace.format.PropertyException;
import io.tailrace.sql.Declaration.Kind;
import io.tailrace.sql.SqlText.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the statements of a file of SQL, whose SELECTs it leaves as they are. */
final class DeclarationParser {

  /** What can be behind TYPE. */
  private static final List<String> FORMATS =
      List.of(
          "csv",
          "json",
          "regex",
          "logfmt",
          "access_log",
          TopicDeclaration.TYPE,
          TopicDeclaration.GAME_EVENTS);

  private static final String FORMATS_IN_WORDS =
      String.join(", ", FORMATS.subList(0, FORMATS.size() - 1))
          + " or "
          + FORMATS.get(FORMATS.size() - 1);

  private static final String STATEMENTS =
      "CREATE EXTERNAL TABLE, CREATE MATERIALIZED VIEW, CREATE STREAMING TABLE, CREATE VIEW or"
          + " CREATE ALERT";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TokenReader tokens;
  private final TypeParser types;

  private DeclarationParser(TokenReader tokens) {
    this.tokens = tokens;
    this.types = new TypeParser(tokens);
  }

  /** The statements of a file, in their order. */
  static List<Declaration> parse(SqlText file) {
    DeclarationParser parser = new DeclarationParser(new TokenReader(file));
    List<Declaration> statements = new ArrayList<>();
    while (parser.tokens.peek().kind() != Token.Kind.END) {
      if (!parser.tokens.takeIf(";")) {
        statements.add(parser.statement());
      }
    }
    return statements;
  }

  /** The declaration of an input that was inferred. */
  static Declaration.Input inferred(String statement) {
    return (Declaration.Input)
        parse(new SqlText("the declaration that was inferred", statement)).get(0);
  }

  private Declaration statement() {
    if (!tokens.takeIf("CREATE")) {
      throw tokens.unexpected(STATEMENTS);
    }
    tokens.takeIf("OR", "REPLACE");
    if (tokens.takeIf("EXTERNAL", "TABLE")) {
      return input();
    }
    if (tokens.takeIf("MATERIALIZED", "VIEW")) {
      return query(Kind.REPORT);
    }
    if (tokens.takeIf("STREAMING", "TABLE")) {
      return query(Kind.LOG);
    }
    if (tokens.takeIf("VIEW")) {
      return query(Kind.VIEW);
    }
    if (tokens.takeIf("ALERT")) {
      return alert();
    }
    throw tokens.unexpected("one of " + STATEMENTS);
  }

  private Token name() {
    tokens.takeIf("IF", "NOT", "EXISTS");
    Token name = tokens.expectName("a name");
    if (!name.value().matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw tokens.error(
          name,
          "the name "
              + name.shown()
              + " cannot be used; a folder has it, so it is a letter, then letters, digits and _");
    }
    return name;
  }

  private Declaration query(Kind kind) {
    Token name = name();
    Optional<Token> retention =
        tokens.peek().is("WITH") ? Optional.of(retention(kind)) : Optional.empty();
    tokens.expect("AS");
    if (!tokens.peek().is("SELECT") && !tokens.peek().is("WITH") && !tokens.peek().is("FROM")) {
      throw tokens.unexpected("SELECT");
    }
    return new Declaration.Query(kind, name, retention, tokens.statement());
  }

  /** Takes the options of a report, of which there is one. */
  private Token retention(Kind kind) {
    Token with = tokens.take();
    if (kind != Kind.REPORT) {
      throw tokens.error(with, "WITH (retention = '…') is for a MATERIALIZED VIEW");
    }
    tokens.expect("(");
    Optional<Token> retention = Optional.empty();
    do {
      Token option = tokens.expectName("an option: retention");
      if (!option.value().equalsIgnoreCase("retention")) {
        throw tokens.error(
            option, "WITH has no option " + option.shown() + "; there is retention = '7 days'");
      }
      if (retention.isPresent()) {
        throw tokens.error(option, "retention is there twice");
      }
      tokens.expect("=");
      tokens.takeIf("INTERVAL");
      retention = Optional.of(tokens.expect(Token.Kind.STRING, "an interval in quotes: '7 days'"));
    } while (tokens.takeIf(","));
    if (!tokens.takeIf(")")) {
      throw tokens.unexpected("a comma or a closing parenthesis");
    }
    return retention.orElseThrow();
  }

  private Declaration alert() {
    Token name = name();
    tokens.expect("ON");
    Token view = tokens.expectName("the name of a MATERIALIZED VIEW");
    tokens.expect("WHEN");
    Part condition = tokens.statementUntil("FOR");
    if (condition.from() == condition.to()) {
      throw tokens.unexpected("a condition on the columns of " + view.value());
    }
    Optional<Part> duration = Optional.empty();
    if (tokens.takeIf("FOR")) {
      duration = Optional.of(tokens.statement());
    } else {
      tokens.takeIf(";");
    }
    return new Declaration.Alert(name, view, condition, duration);
  }

  private Declaration input() {
    Token name = name();
    List<Declaration.Column> columns = new ArrayList<>();
    List<Part> checks = new ArrayList<>();
    if (tokens.takeIf("(")) {
      do {
        if (tokens.takeIf("CHECK")) {
          checks.add(tokens.parenthesised());
        } else {
          columns.add(column(checks));
        }
      } while (tokens.takeIf(","));
      if (!tokens.takeIf(")")) {
        throw tokens.unexpected("NOT NULL, CHECK (…), a comma or a closing parenthesis");
      }
    }
    if (!tokens.takeIf("TYPE")) {
      throw tokens.unexpected(
          columns.isEmpty() && checks.isEmpty()
              ? "the columns of " + name.value() + " in parentheses, or TYPE"
              : "TYPE");
    }
    Token type = tokens.peek();
    String format = format();
    Optional<Token> location = Optional.empty();
    Optional<Token> propertiesText = Optional.empty();
    Map<String, String> properties = Map.of();
    while (!tokens.takeIf(";") && tokens.peek().kind() != Token.Kind.END) {
      if (tokens.takeIf("LOCATION")) {
        location = Optional.of(tokens.expect(Token.Kind.STRING, "a path in quotes"));
      } else if (tokens.takeIf("TBLPROPERTIES")) {
        Token text = tokens.expect(Token.Kind.STRING, "an object of JSON in quotes");
        propertiesText = Optional.of(text);
        properties = properties(text);
      } else {
        throw tokens.unexpected("LOCATION '…', TBLPROPERTIES '{…}' or a semicolon");
      }
    }
    Optional<TopicAddress> topic = Optional.empty();
    if (TopicDeclaration.isTopic(format)) {
      TopicDeclaration messages =
          TopicDeclaration.of(tokens, type, location, propertiesText, properties);
      topic = Optional.of(messages.address());
      format = messages.format();
      properties = messages.properties();
    }
    if (columns.isEmpty()) {
      columns.addAll(columns(name, format, topic.isPresent(), propertiesText, properties));
    }
    Optional<String> path = topic.isPresent() ? Optional.empty() : location.map(Token::value);
    return new Declaration.Input(
        name, columns, checks, format, path, topic, propertiesText, properties);
  }

  /** The columns that an input has without declaring any; none if they are to be inferred. */
  private List<Declaration.Column> columns(
      Token table,
      String format,
      boolean isTopic,
      Optional<Token> propertiesText,
      Map<String, String> properties) {
    switch (format) {
      case "regex":
        try {
          return FormatColumns.texts(table, LinePattern.of(properties).groups());
        } catch (PropertyException e) {
          throw tokens.error(propertiesText.orElse(table), e.getMessage());
        }
      case "logfmt":
        throw tokens.error(
            table,
            (isTopic ? "TYPE kafka with format logfmt" : "TYPE logfmt")
                + " needs columns; declare its keys: ("
                + "level VARCHAR, msg VARCHAR, duration_ms DOUBLE)");
      case "csv", "json":
        if (isTopic) {
          throw tokens.error(
              table,
              String.format(
                  "TYPE kafka with format %s needs columns, which are inferred from files only;"
                      + " declare them: (id BIGINT, name VARCHAR)",
                  format));
        }
        return List.of();
      default:
        return FormatColumns.of(format).map(known -> known.all(table)).orElse(List.of());
    }
  }

  private Declaration.Column column(List<Part> checks) {
    Token name = tokens.expectName("the name of a column");
    DeclaredType type = types.type();
    boolean required = types.required(type);
    while (tokens.takeIf("CHECK")) {
      checks.add(tokens.parenthesised());
      required |= types.required(type);
    }
    return new Declaration.Column(name, type, required);
  }

  private String format() {
    Token word = tokens.peek();
    if (word.kind() != Token.Kind.STRING && !word.isName()) {
      throw tokens.unexpected("the format: " + FORMATS_IN_WORDS);
    }
    String format = tokens.take().value().toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(format)) {
      throw tokens.error(word, "TYPE " + word.value() + " is unknown; use " + FORMATS_IN_WORDS);
    }
    return format;
  }

  private Map<String, String> properties(Token text) {
    JsonNode object;
    try {
      object = JSON.readTree(text.value());
    } catch (JsonProcessingException e) {
      throw tokens.error(text, "TBLPROPERTIES is no JSON: " + e.getOriginalMessage());
    }
    if (!object.isObject()) {
      throw tokens.error(text, "TBLPROPERTIES is no object of JSON; write '{\"name\": \"value\"}'");
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      JsonNode value = property.getValue();
      properties.put(
          property.getKey().toLowerCase(Locale.ROOT),
          value.isValueNode() ? value.asText() : value.toString());
    }
    return properties;
  }
}
