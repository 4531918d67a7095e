package io.tailrace.sql;

import io.tailrace.sql.SqlText.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A statement of a file of SQL as it is written: its head is parsed, its SELECT is not. */
sealed interface Declaration {

  /** The name that it declares. */
  Token name();

  /**
   * A CREATE EXTERNAL TABLE.
   *
   * @param format how records are written
   * @param location where its files are
   * @param topic where its messages are, if records are messages
   * @param propertiesText the text in which its properties are
   * @param properties those of the format
   */
  record Input(
      Token name,
      List<Column> columns,
      List<Part> checks,
      String format,
      Optional<String> location,
      Optional<TopicAddress> topic,
      Optional<Token> propertiesText,
      Map<String, String> properties)
      implements Declaration {
    public Input {
      columns = List.copyOf(columns);
      checks = List.copyOf(checks);
      properties = Map.copyOf(properties);
    }

    /**
     * It with the columns that were found in the first file, and the properties that it does not
     * have itself.
     */
    Input with(Input inferred) {
      Map<String, String> all = new HashMap<>(inferred.properties());
      if (properties.containsKey("delim")) {
        all.remove("delimiter");
      }
      all.putAll(properties);
      return new Input(
          name, inferred.columns(), checks, format, location, topic, propertiesText, all);
    }
  }

  /** A column of an input, or a field of a ROW. */
  record Column(Token name, DeclaredType type, boolean required) {}

  /**
   * A statement with a SELECT.
   *
   * @param retention the text that says how long rows are kept
   */
  record Query(Kind kind, Token name, Optional<Token> retention, Part select)
      implements Declaration {}

  /**
   * A CREATE ALERT.
   *
   * @param view the report whose rows it is of
   * @param duration the interval behind FOR
   */
  record Alert(Token name, Token view, Part condition, Optional<Part> duration)
      implements Declaration {}

  /** What a query declares. */
  enum Kind {
    REPORT,
    LOG,
    VIEW
  }
}
