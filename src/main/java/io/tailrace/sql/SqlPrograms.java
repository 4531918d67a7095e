package io.tailrace.sql;

import io.tailrace.options.UsageException;
import io.tailrace.options.WarmUp;
import io.tailrace.sql.Declaration.Alert;
import io.tailrace.sql.Declaration.Input;
import io.tailrace.sql.Declaration.Kind;
import io.tailrace.sql.Declaration.Query;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files of SQL. */
public final class SqlPrograms {

  private static final Logger LOG = LoggerFactory.getLogger(SqlPrograms.class);

  /** Tables that are there without being declared. */
  private static final List<String> RESERVED = List.of("dead_letters");

  /** The log that a run has if there are alerts. */
  private static final String ALERTS = "alerts";

  private SqlPrograms() {}

  /**
   * Opens DuckDB in another thread, for whoever binds a program in a moment: to load it takes a
   * fifth of a second.
   */
  public static void warmUp() {
    WarmUp.begin(
        () -> {
          try {
            Duck.open().close();
          } catch (SQLException e) {
            // Whoever needs it is told.
            LOG.debug("DuckDB cannot be opened", e);
          }
        });
  }

  /**
   * Parses and binds a file of SQL that declares the columns of its input.
   *
   * @param name the file's name, for errors
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static SqlProgram of(String name, String text) {
    return of(name, text, Optional.empty());
  }

  /**
   * Parses and binds a file of SQL.
   *
   * @param name the file's name, for errors
   * @param inferred the declaration of its input, which counts if the file has no columns
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static SqlProgram of(String name, String text, Optional<String> inferred) {
    return BuiltPrograms.program(text, inferred).orElseGet(() -> bind(name, text, inferred));
  }

  private static SqlProgram bind(String name, String text, Optional<String> inferred) {
    SqlText file = new SqlText(name, text);
    Statements statements = Statements.of(file);
    Input input = statements.input();
    if (input.columns().isEmpty()) {
      String declaration =
          inferred.orElseThrow(
              () -> file.error(statements.input().name().start(), "its columns are not known"));
      input = input.with(DeclarationParser.inferred(declaration));
    }
    try {
      return Binder.bind(file, input, statements.queries(), statements.alerts());
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to bind " + name, e);
    }
  }

  /**
   * The input of a file that does not declare its columns, so that they are to be inferred.
   *
   * @param name the file's name, for errors
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static Optional<UndeclaredInput> undeclared(String name, String text) {
    SqlText file = new SqlText(name, text);
    Input input = Statements.of(file).input();
    return input.columns().isEmpty()
        ? Optional.of(UndeclaredInput.of(file, input))
        : Optional.empty();
  }

  /** The statements of a file: its input, what is computed of it, and what is told of that. */
  private record Statements(Input input, List<Query> queries, List<Alert> alerts) {

    static Statements of(SqlText file) {
      List<Input> inputs = new ArrayList<>();
      List<Query> queries = new ArrayList<>();
      List<Alert> alerts = new ArrayList<>();
      Map<String, Token> names = new HashMap<>();
      for (Declaration declaration : DeclarationParser.parse(file)) {
        checkName(file, names, declaration.name());
        if (declaration instanceof Input input) {
          inputs.add(input);
        } else if (declaration instanceof Query query) {
          queries.add(query);
        } else if (declaration instanceof Alert alert) {
          alerts.add(alert);
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
            file.text().length(),
            "nothing is computed: add a CREATE MATERIALIZED VIEW or a CREATE STREAMING TABLE");
      }
      Token log = names.get(ALERTS);
      if (!alerts.isEmpty() && log != null) {
        throw file.error(
            log.start(),
            "the name " + log.value() + " is taken: it is the log of what CREATE ALERT tells");
      }
      return new Statements(inputs.get(0), queries, alerts);
    }
  }

  /**
   * A mistake in the properties of the input of a file that has been parsed.
   *
   * @param property the name of the one that is wrong, if it is one
   */
  public static UsageException errorOfProperty(
      String name, String text, Optional<String> property, String message) {
    SqlText file = new SqlText(name, text);
    int place =
        DeclarationParser.parse(file).stream()
            .filter(Input.class::isInstance)
            .flatMap(input -> ((Input) input).propertiesText().stream())
            .mapToInt(properties -> place(text, properties, property))
            .findFirst()
            .orElse(0);
    return file.error(place, message);
  }

  /** Where a property is written, or all of them. */
  private static int place(String text, Token properties, Optional<String> property) {
    Matcher name =
        Pattern.compile(
                "\"(?:\\w+\\.)?" + Pattern.quote(property.orElse("")) + "\"\\s*:",
                Pattern.CASE_INSENSITIVE)
            .matcher(text)
            .region(properties.start(), properties.end());
    return property.isPresent() && name.find() ? name.start() : properties.start();
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
