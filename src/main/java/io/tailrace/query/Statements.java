package io.tailrace.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.options.UsageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements of a text of SQL, none of which may change anything. */
final class Statements {

  /**
   * What semicolons in it end no statement: texts, names and comments of DuckDB. A quote in quotes
   * is two, so that what has one is two texts side by side.
   */
  private static final Pattern WHOLE =
      Pattern.compile(
          "(?s)(?<!\\w)[eE]'(?:[^'\\\\]++|\\\\.)*+'|'[^']*+'|\"[^\"]*+\""
              + "|\\$(\\w*)\\$.*?\\$\\1\\$|--[^\\n]*+|/\\*.*?\\*/|;");

  private static final Pattern BEGINNING =
      Pattern.compile("(?s)(?:\\s++|--[^\\n]*+|/\\*.*?\\*/)*+(\\w*)(.*)");

  /** Where a text, a name or a comment begins that has no end. */
  private static final Pattern OPEN = Pattern.compile("['\"]|\\$\\w*\\$|/\\*");

  /** What is behind EXPLAIN. */
  private static final Pattern EXPLAINED =
      Pattern.compile("(?is)\\s*(?:\\([^)]*\\))?\\s*(?:ANALY[ZS]E\\b)?\\s*(?:\\([^)]*\\))?(.*)");

  /** What is behind COPY where something is written to a file of the user's. */
  private static final Pattern COPIED_OUT =
      Pattern.compile("(?is)\\s*(?:\\(.*\\)|[\\w.\"]+\\s*(?:\\([^)]*\\))?)\\s*TO\\b.*");

  /** What is behind CREATE where it is gone with the answer. */
  private static final Pattern PASSING =
      Pattern.compile("(?is)\\s+(?:OR\\s+REPLACE\\s+)?(?:TEMP|TEMPORARY|MACRO|FUNCTION)\\b.*");

  private static final Set<String> READING =
      Set.of("SHOW", "DESCRIBE", "DESC", "SUMMARIZE", "PRAGMA", "SET", "RESET", "PIVOT", "UNPIVOT");

  private Statements() {}

  /** The statements, without those that have nothing in them. */
  static List<String> of(String sql) {
    List<String> statements = new ArrayList<>();
    Matcher matcher = WHOLE.matcher(sql);
    int from = 0;
    while (matcher.find()) {
      if (matcher.group().equals(";")) {
        add(statements, sql.substring(from, matcher.start()));
        from = matcher.end();
      }
    }
    add(statements, sql.substring(from));
    return statements;
  }

  private static void add(List<String> statements, String statement) {
    Matcher beginning = BEGINNING.matcher(statement);
    if (!beginning.matches() || !(beginning.group(1) + beginning.group(2)).isBlank()) {
      statements.add(statement.strip());
    }
  }

  /** Whether a text ends with the semicolon of its last statement, or has no statement. */
  static boolean areComplete(String sql) {
    String bare =
        WHOLE
            .matcher(sql)
            .replaceAll(
                found -> {
                  String whole = found.group();
                  boolean isComment = whole.startsWith("--") || whole.startsWith("/*");
                  return whole.equals(";") ? ";" : isComment ? " " : "x";
                })
            .strip();
    return bare.isEmpty() || bare.endsWith(";") && !OPEN.matcher(bare).find();
  }

  /** Whether a statement makes something that later ones can use. */
  static boolean isMaking(String statement) {
    Matcher beginning = BEGINNING.matcher(statement);
    return beginning.matches() && beginning.group(1).equalsIgnoreCase("CREATE");
  }

  /**
   * Checks that a statement only reads. What it would change is a copy, which is gone with the
   * answer.
   *
   * @throws UsageException if it does not
   */
  static void requireReading(Connection duck, String statement) throws SQLException {
    Matcher beginning = BEGINNING.matcher(statement);
    String word = beginning.matches() ? beginning.group(1).toUpperCase(Locale.ROOT) : "";
    String rest = word.isEmpty() ? "" : beginning.group(2);
    if (word.equals("EXPLAIN")) {
      Matcher explained = EXPLAINED.matcher(rest);
      requireReading(duck, explained.matches() ? explained.group(1) : rest);
      return;
    }
    boolean reads =
        switch (word) {
          case "COPY" -> COPIED_OUT.matcher(rest).matches();
          case "CREATE" -> PASSING.matcher(rest).matches();
          default -> READING.contains(word) || isSelect(duck, statement);
        };
    if (!reads) {
      throw new UsageException("query only reads, and " + word + " would change something");
    }
  }

  /** Whether it is one, or none that can be understood, of which the database says more. */
  private static boolean isSelect(Connection duck, String statement) throws SQLException {
    JsonNode tree = UntrustedSql.tree(duck, statement);
    return !tree.path("error").asBoolean()
        || !tree.path("error_message").asText().startsWith(UntrustedSql.NO_SELECT);
  }
}
