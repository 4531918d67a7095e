package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.options.UsageException;
import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.sql.Token.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A SELECT that somebody wants to watch, taken apart: what a pipeline keeps current, and what is
 * applied when that is shown, its HAVING, ORDER BY and LIMIT. Columns without names get names.
 */
public final class WatchedSelect {

  /** The input's name, which the SELECT reads. */
  public static final String INPUT = "input";

  /** The name of the report or the log. */
  public static final String RESULT = "result";

  /** The name of the file of SQL that a SELECT becomes. */
  public static final String FILE = "watch.sql";

  private static final String SELECT = "SELECT";
  private static final List<String> LIMITS = List.of("LIMIT", "OFFSET", "FETCH");
  private static final int LONGEST_NAME = 40;
  private static final String BEFORE_SELECT = "CREATE MATERIALIZED VIEW " + RESULT + " AS\n";
  private static final Pattern PLACE =
      Pattern.compile("\\Q" + FILE + "\\E:([0-9]+):([0-9]+): (.*)", Pattern.DOTALL);

  private final SqlText text;
  private final boolean isReport;

  /** The SELECT without the clauses that are applied later. */
  private final String kept;

  /** What {@link #kept} has that was not written, by where it would be in the SELECT. */
  private final TreeMap<Integer, String> added;

  private final String columns;
  private final Optional<String> having;
  private final Optional<String> order;
  private final Optional<String> limit;

  private WatchedSelect(Reader reader) {
    this.text = reader.text;
    this.isReport = reader.isReport;
    this.kept = reader.kept();
    this.added = reader.added;
    this.columns = reader.shownColumns();
    this.having = reader.having;
    this.order = reader.order;
    this.limit = reader.limit;
  }

  /**
   * Takes a SELECT apart.
   *
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static WatchedSelect of(String sql) {
    SqlText text = new SqlText(SELECT, sql);
    try (Duck duck = Duck.open()) {
      return new WatchedSelect(new Reader(text, duck));
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to parse a SELECT", e);
    }
  }

  /** Whether the result is a report: it has aggregates or a GROUP BY. Otherwise it is a log. */
  public boolean isReport() {
    return isReport;
  }

  /** Whether it says in which order rows are shown. */
  public boolean isOrdered() {
    return order.isPresent();
  }

  /** Whether it says how many rows are shown. */
  public boolean isLimited() {
    return limit.isPresent();
  }

  /**
   * The file of SQL that keeps it current.
   *
   * @param declaration CREATE EXTERNAL TABLE of the {@link #INPUT}
   */
  public String program(String declaration) {
    return (isReport ? BEFORE_SELECT : "CREATE STREAMING TABLE " + RESULT + " AS\n")
        + kept
        + ";\n"
        + declaration
        + "\n";
  }

  /**
   * The statement that shows the result.
   *
   * @param otherwise the terms of ORDER BY where the SELECT has none
   */
  public String shown(Optional<String> otherwise) {
    return String.format(
        "SELECT %s FROM %s AS %s%s%s%s",
        columns,
        RESULT,
        INPUT,
        having.map(" WHERE "::concat).orElse(""),
        order.or(() -> otherwise).map(" ORDER BY "::concat).orElse(""),
        limit.map(" "::concat).orElse(""));
  }

  /**
   * Refuses what cannot be shown: terms of HAVING and ORDER BY that the result does not have.
   *
   * @param program what {@link #program} is
   */
  public void check(SqlProgram program) {
    List<NamedExpression> columns =
        isReport ? program.reports().get(0).columns() : program.logs().get(0).columns();
    String table =
        columns.stream()
            .map(column -> Duck.quoted(column.name()) + " " + column.value().type())
            .collect(Collectors.joining(", ", "CREATE TABLE " + RESULT + " (", ")"));
    try (Duck duck = Duck.open()) {
      duck.execute(table);
      duck.types(shown(Optional.empty()));
    } catch (Duck.RefusedException e) {
      throw new UsageException(
          SELECT
              + ": "
              + e.getMessage()
              + "; HAVING and ORDER BY can have aggregates and the columns that are selected",
          e);
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to bind a SELECT", e);
    }
  }

  /** A mistake in the file of SQL at the place in the SELECT where it was made. */
  public UsageException inSelect(UsageException mistake) {
    Matcher place = PLACE.matcher(mistake.getMessage());
    if (!place.matches()) {
      return mistake;
    }
    int line = Integer.parseInt(place.group(1)) - 1;
    List<String> lines = kept.lines().toList();
    if (line < 1 || line > lines.size()) {
      return new UsageException(place.group(3), mistake.details(), mistake);
    }
    int offset = 0;
    for (int i = 1; i < line; i++) {
      offset = kept.indexOf('\n', offset) + 1;
    }
    int inLine = Math.min(Integer.parseInt(place.group(2)) - 1, lines.get(line - 1).length());
    int at = kept.offsetByCodePoints(offset, inLine);
    return text.error(written(at), place.group(3));
  }

  /** Where in the SELECT a place of {@link #kept} is. */
  private int written(int place) {
    int at = place;
    for (Map.Entry<Integer, String> insertion : added.entrySet()) {
      if (at > insertion.getKey()) {
        at = Math.max(insertion.getKey(), at - insertion.getValue().length());
      }
    }
    return at;
  }

  /** Reads a SELECT. */
  private static final class Reader {

    private final SqlText text;
    private final Duck duck;
    private final FunctionCatalog functions;
    private final List<Token> tokens;
    private final JsonNode node;
    private final boolean isReport;
    private final TreeMap<Integer, String> added = new TreeMap<>();

    /** Names of the columns by what they are, as {@link Ast#canonical} has it. */
    private final Map<String, String> names = new TreeMap<>();

    private final Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> shown = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private final int end;
    private final Optional<String> having;
    private final Optional<String> order;
    private final Optional<String> limit;

    Reader(SqlText text, Duck duck) throws SQLException {
      this.text = text;
      this.duck = duck;
      this.functions = new FunctionCatalog(duck);
      this.tokens = tokens(text);
      int length = tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1).end();
      if (tokens.isEmpty() || !tokens.get(0).is(SELECT)) {
        throw text.error(
            tokens.isEmpty() ? 0 : tokens.get(0).start(),
            "give a SELECT, such as SELECT level, count(*) AS n FROM " + INPUT + " GROUP BY level");
      }
      this.node = duck.parse(text.part(0, length));
      int qualifyAt = clause(List.of("QUALIFY"));
      if (qualifyAt < tokens.size()) {
        throw text.error(tokens.get(qualifyAt).start(), "QUALIFY is not supported");
      }
      int havingAt = clause(List.of("HAVING"));
      int orderAt = clause(List.of("ORDER"));
      int limitAt = clause(LIMITS);
      int last = tokens.size();
      int kept = Math.min(Math.min(havingAt, orderAt), limitAt);
      this.end = kept == last ? length : tokens.get(kept - 1).end();
      this.isReport =
          !node.path("group_expressions").isEmpty()
              || node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES")
              || havingAt < last
              || hasAggregate(node.path("select_list"));
      nameColumns();
      this.having =
          havingAt == last
              ? Optional.empty()
              : Optional.of(shown(havingAt + 1, Math.min(orderAt, limitAt)));
      this.order = orderAt == last ? Optional.empty() : Optional.of(order(orderAt + 2, limitAt));
      this.limit =
          limitAt == last
              ? Optional.empty()
              : Optional.of(text.text().substring(tokens.get(limitAt).start(), length));
    }

    /** All tokens up to the semicolon behind the SELECT. */
    private static List<Token> tokens(SqlText text) {
      List<Token> tokens = new ArrayList<>(Lexer.tokens(text));
      tokens.remove(tokens.size() - 1);
      while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).is(";")) {
        tokens.remove(tokens.size() - 1);
      }
      for (Token token : tokens) {
        if (token.is(";")) {
          throw text.error(token.start(), "give one SELECT; there is another statement behind it");
        }
      }
      return tokens;
    }

    private boolean hasAggregate(JsonNode node) {
      if (Ast.isFunction(node) && functions.isAggregate(Ast.function(node))) {
        return true;
      }
      for (JsonNode child : node) {
        if (hasAggregate(child)) {
          return true;
        }
      }
      return false;
    }

    /** The token with which a clause begins, or the number of tokens if it is not there. */
    private int clause(List<String> words) {
      int depth = 0;
      for (int i = 0; i < tokens.size(); i++) {
        depth += depth(tokens.get(i));
        if (depth == 0 && words.stream().anyMatch(tokens.get(i)::is)) {
          return i;
        }
      }
      return tokens.size();
    }

    private static int depth(Token token) {
      boolean opens = token.is("(") || token.is("[") || token.is("{");
      return opens ? 1 : token.is(")") || token.is("]") || token.is("}") ? -1 : 0;
    }

    /** Where the FROM of the SELECT is; it is no part of IS DISTINCT FROM. */
    private int from() {
      int depth = 0;
      for (int i = 1; i < tokens.size(); i++) {
        depth += depth(tokens.get(i));
        if (depth == 0 && tokens.get(i).is("FROM") && !tokens.get(i - 1).is("DISTINCT")) {
          return i;
        }
      }
      return tokens.size();
    }

    /** Ranges of tokens between commas outside of parentheses. */
    private List<int[]> terms(int from, int to) {
      List<int[]> terms = new ArrayList<>();
      int depth = 0;
      int start = from;
      for (int i = from; i < to; i++) {
        depth += depth(tokens.get(i));
        if (depth == 0 && tokens.get(i).is(",")) {
          terms.add(new int[] {start, i});
          start = i + 1;
        }
      }
      if (start < to) {
        terms.add(new int[] {start, to});
      }
      return terms;
    }

    private void nameColumns() {
      List<JsonNode> items = new ArrayList<>();
      node.path("select_list").forEach(items::add);
      List<int[]> terms = terms(1, from());
      items.forEach(item -> taken.add(item.path("alias").asText()));
      for (int i = 0; i < items.size(); i++) {
        JsonNode item = items.get(i);
        String name = item.path("alias").asText();
        if (name.isEmpty() && Ast.isColumn(item)) {
          List<String> path = Ast.names(item);
          name = path.get(path.size() - 1);
          if (isReport && !isPlain(name)) {
            name = "";
          }
        }
        if (name.isEmpty() && !Ast.kind(item).equals("STAR") && terms.size() == items.size()) {
          name = freeName(source(terms.get(i)[0], terms.get(i)[1]));
          add(tokens.get(terms.get(i)[1] - 1).end(), " AS " + Duck.quoted(name));
        }
        taken.add(name);
        shown.add(name);
        names.putIfAbsent(Ast.canonical(item), name);
      }
    }

    private static boolean isPlain(String name) {
      return name.matches("[\\p{L}_][\\p{L}\\p{N}_]*");
    }

    /** A name for a column that is called nothing: what it is, in letters and digits. */
    private String freeName(String source) {
      String name = source.replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_|_$", "");
      if (!isPlain(name) || name.length() > LONGEST_NAME) {
        name = "column_" + (shown.size() + hidden.size() + 1);
      }
      String free = name;
      for (int number = 1; taken.contains(free); number++) {
        free = name + "_" + number;
      }
      return free;
    }

    private void add(int at, String what) {
      added.merge(at, what, String::concat);
    }

    private String source(int from, int to) {
      return text.text().substring(tokens.get(from).start(), tokens.get(to - 1).end());
    }

    /** The terms of ORDER BY, of columns of the result. */
    private String order(int from, int to) throws SQLException {
      List<String> terms = new ArrayList<>();
      for (int[] term : terms(from, to)) {
        int behind = term[1];
        while (behind > term[0] + 1 && isDirection(tokens.get(behind - 1))) {
          behind--;
        }
        String direction = behind == term[1] ? "" : " " + source(behind, term[1]);
        Optional<String> column = column(source(term[0], behind));
        terms.add(
            (column.isPresent() ? Duck.quoted(column.get()) : shown(term[0], behind)) + direction);
      }
      return String.join(", ", terms);
    }

    private static boolean isDirection(Token token) {
      return List.of("ASC", "DESC", "NULLS", "FIRST", "LAST").stream().anyMatch(token::is);
    }

    /** The column of the result that an expression is. */
    private Optional<String> column(String expression) throws SQLException {
      try {
        JsonNode parsed = duck.parse("SELECT " + expression).at("/statements/0/node/select_list/0");
        return Optional.ofNullable(names.get(Ast.canonical(parsed)))
            .filter(name -> !name.isEmpty());
      } catch (Duck.RefusedException e) {
        return Optional.empty();
      }
    }

    /** A part with its aggregates as columns of the result; those that it lacks are added. */
    private String shown(int from, int to) throws SQLException {
      StringBuilder sql = new StringBuilder();
      int at = from;
      while (at < to) {
        int behind = behindAggregate(at, to);
        if (behind > at) {
          sql.append(Duck.quoted(aggregate(source(at, behind))));
        } else {
          behind = at + 1;
          sql.append(source(at, behind));
        }
        if (behind < to && tokens.get(behind).start() > tokens.get(behind - 1).end()) {
          sql.append(' ');
        }
        at = behind;
      }
      return sql.toString();
    }

    /** The token behind an aggregate that begins here, with its FILTER. */
    private int behindAggregate(int at, int to) {
      boolean begins =
          tokens.get(at).kind() == Kind.WORD
              && at + 1 < to
              && tokens.get(at + 1).is("(")
              && functions.isAggregate(tokens.get(at).value().toLowerCase(Locale.ROOT));
      if (!begins) {
        return at;
      }
      int behind = behindParentheses(at + 1, to);
      boolean filtered =
          behind + 1 < to && tokens.get(behind).is("FILTER") && tokens.get(behind + 1).is("(");
      return filtered ? behindParentheses(behind + 1, to) : behind;
    }

    private int behindParentheses(int open, int to) {
      int depth = 0;
      for (int i = open; i < to; i++) {
        depth += depth(tokens.get(i));
        if (depth == 0) {
          return i + 1;
        }
      }
      return to;
    }

    private String aggregate(String source) throws SQLException {
      Optional<String> column = column(source);
      if (column.isPresent()) {
        return column.get();
      }
      String name = freeName(source);
      taken.add(name);
      hidden.add(name);
      try {
        names.put(
            Ast.canonical(duck.parse("SELECT " + source).at("/statements/0/node/select_list/0")),
            name);
      } catch (Duck.RefusedException e) {
        throw text.error(0, e.getMessage());
      }
      int behindColumns = tokens.get(from() - 1).end();
      add(behindColumns, ", " + source + " AS " + Duck.quoted(name));
      return name;
    }

    /** The columns that are shown; those that are only compared are not. */
    String shownColumns() {
      return hidden.isEmpty() ? "*" : String.join(", ", shown.stream().map(Duck::quoted).toList());
    }

    /** The SELECT up to where its last clauses begin, with what it lacks. */
    String kept() {
      StringBuilder sql = new StringBuilder(text.text().substring(0, end));
      added.descendingMap().forEach(sql::insert);
      return sql.toString();
    }
  }
}
