package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlText.Part;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of the input, by which names are resolved. */
final class InputScope {

  /** What every record of every input has without a declaration. */
  static final List<InputColumn> PSEUDO_COLUMNS =
      List.of(
          pseudo("_file", SqlType.VARCHAR, Origin.FILE),
          pseudo("_offset", SqlType.BIGINT, Origin.OFFSET),
          pseudo("_modified", SqlType.TIMESTAMP, Origin.MODIFIED),
          pseudo("_rescued", SqlType.VARCHAR, Origin.RESCUED));

  /** The types of columns of an input that evolves: those that are found in data, too. */
  private static final List<SqlType> EVOLVING_TYPES =
      List.of(SqlType.VARCHAR, SqlType.BOOLEAN, SqlType.INTEGER, SqlType.BIGINT, SqlType.DOUBLE);

  private final String table;
  private final List<InputColumn> columns;

  /** Those of the columns that are there without being declared. */
  private final List<InputColumn> undeclared;

  private final boolean evolves;

  private InputScope(
      String table, List<InputColumn> declared, List<InputColumn> undeclared, boolean evolves) {
    this.table = table;
    this.columns = Stream.concat(declared.stream(), undeclared.stream()).toList();
    this.undeclared = undeclared;
    this.evolves = evolves;
  }

  private static InputColumn pseudo(String name, SqlType type, Origin origin) {
    return new InputColumn(name, List.of(name), type, false, origin);
  }

  static InputScope of(SqlText file, Declaration.Input input) {
    List<InputColumn> declared = new ArrayList<>();
    Declared fields = new Declared(file, input);
    fields.add(List.of(), input.columns(), declared);
    boolean evolves = InputTable.evolves(input.format(), input.properties());
    if (evolves) {
      input.columns().forEach(column -> checkEvolving(file, column));
    }
    List<InputColumn> undeclared = new ArrayList<>();
    if (input.topic().isPresent()) {
      MessageColumns.ALL.stream()
          .filter(column -> declared.stream().noneMatch(other -> isSameName(other, column)))
          .forEach(undeclared::add);
    }
    undeclared.addAll(PSEUDO_COLUMNS);
    return new InputScope(input.name().value(), declared, undeclared, evolves);
  }

  private static boolean isSameName(InputColumn one, InputColumn other) {
    return one.name().equalsIgnoreCase(other.name());
  }

  private static void checkEvolving(SqlText file, Declaration.Column column) {
    if (MessageColumns.of(column.name().value()).isPresent()) {
      throw file.error(
          column.name().start(),
          String.format(
              "column %1$s is there without being declared, and cannot be with schemaEvolutionMode"
                  + " %2$s; write SELECT *, %1$s",
              column.name().value(), InputTable.ADD_COLUMNS));
    }
    if (!(column.type() instanceof DeclaredType.Scalar scalar)
        || !EVOLVING_TYPES.contains(scalar.type())) {
      throw file.error(
          column.name().start(),
          String.format(
              "column %s cannot have its type with schemaEvolutionMode %s: there are VARCHAR,"
                  + " BOOLEAN, INTEGER, BIGINT and DOUBLE, and CAST in the SELECT",
              column.name().value(), InputTable.ADD_COLUMNS));
    }
  }

  /**
   * The columns that a declaration has.
   *
   * @param format those that its format has itself
   * @param isTopic whether records are messages
   * @param canNest whether its records can have values inside others
   */
  private record Declared(
      SqlText file, Optional<FormatColumns> format, boolean isTopic, boolean canNest) {

    Declared(SqlText file, Declaration.Input input) {
      this(
          file,
          FormatColumns.of(input.format()),
          input.topic().isPresent(),
          input.format().equals("json"));
    }

    /** Adds columns; those of the fields of a ROW, which paths lead to, come before the ROW. */
    void add(List<String> outer, List<Declaration.Column> declared, List<InputColumn> columns) {
      List<String> names = new ArrayList<>();
      for (Declaration.Column column : declared) {
        String name = column.name().value();
        if (outer.isEmpty()
            && PSEUDO_COLUMNS.stream().anyMatch(pseudo -> pseudo.name().equalsIgnoreCase(name))) {
          throw file.error(
              column.name().start(), "column " + name + " is there without being declared");
        }
        if (names.stream().anyMatch(name::equalsIgnoreCase)) {
          throw file.error(column.name().start(), "column " + name + " is declared twice");
        }
        names.add(name);
        Optional<InputColumn> ofMessage =
            isTopic && outer.isEmpty() ? MessageColumns.of(name) : Optional.empty();
        if (format.isPresent() && (ofMessage.isEmpty() || format.get().has(name))) {
          columns.add(format.get().column(file, column));
        } else if (ofMessage.isPresent()) {
          columns.add(FormatColumns.declared(file, TopicDeclaration.TYPE, ofMessage.get(), column));
        } else {
          addField(outer, column, columns);
        }
      }
    }

    private void addField(
        List<String> outer, Declaration.Column column, List<InputColumn> columns) {
      if (!canNest && column.type().type().isNested()) {
        throw file.error(
            column.name().start(),
            isTopic
                ? "only columns of format json can be an ARRAY, a ROW or a MAP"
                : "only columns of TYPE json can be an ARRAY, a ROW or a MAP");
      }
      List<String> path = new ArrayList<>(outer);
      path.add(column.name().value());
      if (column.type() instanceof DeclaredType.Row row) {
        add(path, row.fields(), columns);
      }
      columns.add(
          new InputColumn(
              String.join(".", path), path, column.type().type(), column.required(), Origin.FIELD));
    }
  }

  /** Whether a column is one that every record of every input has. */
  static boolean isOfEveryInput(InputColumn column) {
    return PSEUDO_COLUMNS.contains(column);
  }

  String table() {
    return table;
  }

  /** All columns: those that are declared, then the others. */
  List<InputColumn> columns() {
    return columns;
  }

  List<SqlType> types() {
    return columns.stream().map(InputColumn::type).toList();
  }

  /**
   * The tree of an expression with every column by its place, as {@link ShadowTable} names it, and
   * without names for other expressions.
   *
   * @param part what the tree is of
   * @param alias what the table is called in it
   * @param named expressions by their names, resolved
   */
  JsonNode resolve(Part part, String alias, JsonNode expression, Map<String, JsonNode> named) {
    return Ast.withoutAlias(
        Ast.replace(
            expression,
            node -> Ast.isColumn(node) ? resolveColumn(part, alias, node, named) : null));
  }

  private JsonNode resolveColumn(
      Part part, String alias, JsonNode column, Map<String, JsonNode> named) {
    List<String> names = Ast.names(column);
    List<String> path =
        names.size() > 1 && names.get(0).equalsIgnoreCase(alias)
            ? names.subList(1, names.size())
            : names;
    for (int i = 0; i < columns.size(); i++) {
      if (isSame(columns.get(i).path(), path)) {
        return Ast.at(column, ShadowTable.column(i));
      }
    }
    String written = String.join(".", names);
    long at = Ast.location(column);
    for (Map.Entry<String, JsonNode> entry : named.entrySet()) {
      if (path.size() == 1 && entry.getKey().equalsIgnoreCase(path.get(0))) {
        return entry.getValue();
      }
    }
    if (FunctionCatalog.isMoment(written)) {
      throw part.error(at, Refusals.changing(written));
    }
    Set<String> known = new LinkedHashSet<>(columns.stream().map(InputColumn::name).toList());
    known.addAll(named.keySet());
    if (names.size() > 1 && names.size() == path.size() && !isRow(names.get(0))) {
      throw part.error(
          at,
          "'"
              + written
              + "' does not exist: neither a table nor a ROW is called "
              + names.get(0)
              + Suggestion.of(written, known));
    }
    throw part.error(
        at,
        "column '" + written + "' does not exist" + Suggestion.of(String.join(".", path), known));
  }

  private boolean isRow(String name) {
    return columns.stream()
        .anyMatch(other -> other.path().size() > 1 && other.path().get(0).equalsIgnoreCase(name));
  }

  private static boolean isSame(List<String> path, List<String> other) {
    if (path.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      if (!path.get(i).equalsIgnoreCase(other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code *} is also columns that nobody has declared. */
  boolean evolves() {
    return evolves;
  }

  /** The places of the columns that {@code *} stands for, of those that are known. */
  List<Integer> starred() {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      InputColumn column = columns.get(i);
      boolean isColumn = !undeclared.contains(column) && column.path().size() == 1;
      if (isColumn || evolves && column.origin() == Origin.RESCUED) {
        places.add(i);
      }
    }
    return places;
  }

  /** The name of a column of the input, of a field without what it is in. */
  String lastName(JsonNode column) {
    List<String> path = columns.get(ShadowTable.place(column)).path();
    return path.get(path.size() - 1);
  }

  /** A resolved tree with the names of columns, for people. */
  JsonNode named(JsonNode resolved) {
    return Ast.replace(
        resolved,
        node ->
            Ast.isColumn(node) ? Ast.column(columns.get(ShadowTable.place(node)).path()) : null);
  }

  /** The table with its columns as a user sees them, for DuckDB. */
  String createTable(Declaration.Input input) {
    String others =
        undeclared.stream()
            .map(column -> column.name() + " " + column.type())
            .collect(Collectors.joining(", "));
    return "CREATE TABLE "
        + Duck.quoted(input.name().value())
        + " ("
        + definitions(input.columns())
        + ", "
        + others
        + ")";
  }

  /** Columns and their types, as DuckDB and {@link DeclarationParser} read them. */
  static String definitions(List<Declaration.Column> columns) {
    return columns.stream()
        .map(column -> Duck.quoted(column.name().value()) + " " + column.type().type())
        .collect(Collectors.joining(", "));
  }
}
