package io.tailrace.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.options.UsageException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The input of a file of SQL that does not declare its columns: they are those of its first file.
 */
public final class UndeclaredInput {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SqlText file;
  private final Declaration.Input declared;

  private UndeclaredInput(SqlText file, Declaration.Input declared) {
    this.file = file;
    this.declared = declared;
  }

  static UndeclaredInput of(SqlText file, Declaration.Input declared) {
    return new UndeclaredInput(file, declared);
  }

  /** The name of the table. */
  public String name() {
    return declared.name().value();
  }

  /** The word behind TYPE, in lower case. */
  public String format() {
    return declared.format();
  }

  /** The properties that are declared, names in lower case. */
  Map<String, String> properties() {
    return declared.properties();
  }

  /** A mistake at the place of the declaration. */
  public UsageException error(String message) {
    return file.error(declared.name().start(), message);
  }

  /** What explains it to people while its columns are not known. */
  public String explanation() {
    return String.format(
        "input %s, %s%s%n  its columns are inferred from the first file;"
            + " explain shows them with --input=…%n",
        name(), format(), declared.location().map(location -> " at " + location).orElse(""));
  }

  /**
   * A file of SQL with the same input but for its columns: whatever does not depend on columns,
   * such as the options of a run, can be found out by it.
   */
  public String standIn() {
    return "CREATE EXTERNAL TABLE stand_in (a VARCHAR) TYPE "
        + format()
        + declared.location().map(location -> " LOCATION " + text(location)).orElse("")
        + properties(declared.properties())
        + ";\nCREATE STREAMING TABLE stand_in_log AS SELECT a FROM stand_in;";
  }

  /** The statement that declares the input with columns, which has no LOCATION. */
  String statement(List<Declaration.Column> columns, Map<String, String> properties) {
    return "CREATE EXTERNAL TABLE "
        + name()
        + " ("
        + InputScope.definitions(columns)
        + ") TYPE "
        + format()
        + properties(properties)
        + ";";
  }

  private static String properties(Map<String, String> properties) {
    if (properties.isEmpty()) {
      return "";
    }
    try {
      return " TBLPROPERTIES " + text(JSON.writeValueAsString(new TreeMap<>(properties)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Texts are no JSON", e);
    }
  }

  /** A text in quotes. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
