package io.tailrace.sql;

import io.tailrace.options.UsageException;
import io.tailrace.sql.Declaration.Input;
import io.tailrace.sql.Declaration.Kind;
import io.tailrace.sql.Declaration.Query;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads files of SQL. */
public final class SqlPrograms {

  /** Tables that are there without being declared. */
  private static final List<String> RESERVED = List.of("dead_letters");

  private SqlPrograms() {}

  /**
   * Parses and binds a file of SQL.
   *
   * @param name the file's name, for errors
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static SqlProgram of(String name, String text) {
    return BuiltPrograms.program(text).orElseGet(() -> bind(name, text));
  }

  private static SqlProgram bind(String name, String text) {
    SqlText file = new SqlText(name, text);
    List<Input> inputs = new ArrayList<>();
    List<Query> queries = new ArrayList<>();
    Map<String, Token> names = new HashMap<>();
    for (Declaration declaration : DeclarationParser.parse(file)) {
      checkName(file, names, declaration.name());
      if (declaration instanceof Input input) {
        inputs.add(input);
      } else if (declaration instanceof Query query) {
        queries.add(query);
      }
    }
    if (inputs.isEmpty()) {
      throw file.error(0, "CREATE EXTERNAL TABLE is missing: say what is read");
    }
    if (inputs.size() > 1) {
      throw file.error(
          inputs.get(1).name().start(), "there is a second external table; only one can be read");
    }
    if (queries.stream().allMatch(query -> query.kind() == Kind.VIEW)) {
      throw file.error(
          text.length(),
          "nothing is computed: add a CREATE MATERIALIZED VIEW or a CREATE STREAMING TABLE");
    }
    try {
      return Binder.bind(file, inputs.get(0), queries);
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to bind " + name, e);
    }
  }

  private static void checkName(SqlText file, Map<String, Token> names, Token name) {
    String lower = name.value().toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower)) {
      throw file.error(name.start(), "the name " + name.value() + " is taken: every run has it");
    }
    if (names.putIfAbsent(lower, name) != null) {
      throw file.error(name.start(), "the name " + name.value() + " is declared twice");
    }
  }
}
