package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The input that a file of SQL declares by CREATE EXTERNAL TABLE.
 *
 * @param name its name in the statements
 * @param columns what a record has; {@link Expression.ColumnValue}s of row expressions are places
 *     in it
 * @param checks conditions that each record must meet: none of them may be false
 * @param format how records are written, in lower case: csv, json, regex, logfmt, access_log or
 *     game_events; the word behind TYPE, or of messages that of their values
 * @param location where its files are, if the statement says so
 * @param topic where its messages are, if records are messages and no lines of files
 * @param properties those of the format, names in lower case
 */
public record InputTable(
    String name,
    List<InputColumn> columns,
    List<Check> checks,
    String format,
    Optional<String> location,
    Optional<TopicAddress> topic,
    Map<String, String> properties)
    implements Serializable {

  public InputTable {
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    properties = Map.copyOf(properties);
  }

  /** The property that says what becomes of fields that are not declared. */
  public static final String EVOLUTION = "schemaevolutionmode";

  /** Its value for an input whose undeclared fields become columns of logs. */
  public static final String ADD_COLUMNS = "addNewColumns";

  /**
   * Whether fields that are not declared become columns of logs, and values that do not fit the
   * types of their columns are rescued.
   */
  public boolean evolves() {
    return evolves(format, properties);
  }

  static boolean evolves(String format, Map<String, String> properties) {
    return format.equals("json") && ADD_COLUMNS.equalsIgnoreCase(properties.get(EVOLUTION));
  }

  /** Whether a name is that of a column that each message has, whatever its case. */
  public static boolean isOfMessages(String name) {
    return MessageColumns.of(name).isPresent();
  }

  /** Where the value of a column is from. */
  public enum Origin {
    /** A field of the record. */
    FIELD,
    /** {@code _file}, VARCHAR: the file, or the topic and partition, that the record is in. */
    FILE,
    /** {@code _offset}, BIGINT: the byte at which the record begins, or its offset in the topic. */
    OFFSET,
    /** INTEGER: the partition of the topic. */
    PARTITION,
    /** VARCHAR: the topic. */
    TOPIC,
    /** VARCHAR: the message's key. */
    KEY,
    /** MAP: the message's headers. */
    HEADERS,
    /** {@code _modified}, TIMESTAMP: when the file was modified, or the message written. */
    MODIFIED,
    /** {@code _rescued}, VARCHAR: fields that belong to no column, as JSON. */
    RESCUED
  }

  /**
   * A column of the input.
   *
   * @param name its name; of a field inside others their names, with points between
   * @param path the names of the fields that lead to it: one, or more inside objects of JSON
   * @param required whether a record without it is a dead letter
   */
  public record InputColumn(
      String name, List<String> path, SqlType type, boolean required, Origin origin)
      implements Serializable {
    public InputColumn {
      path = List.copyOf(path);
    }
  }

  /**
   * A condition that each record must meet.
   *
   * @param text as it is written
   */
  public record Check(Expression condition, String text) implements Serializable {}
}
