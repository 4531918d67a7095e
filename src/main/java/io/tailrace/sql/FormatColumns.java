package io.tailrace.sql;

import io.tailrace.format.AccessLogFields;
import io.tailrace.format.GameEventFields;
import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The columns that the records of a format have whatever is declared: a declaration chooses some of
 * them by their names, or has all of them.
 *
 * @param format the word behind TYPE
 */
record FormatColumns(String format, List<InputColumn> columns) {

  /** The columns of a format, if it has its own. */
  static Optional<FormatColumns> of(String format) {
    return switch (format) {
      case "access_log" -> Optional.of(new FormatColumns(format, accessLog()));
      case "game_events" -> Optional.of(new FormatColumns(format, gameEvents()));
      default -> Optional.empty();
    };
  }

  private static List<InputColumn> accessLog() {
    return Arrays.stream(AccessLogFields.Column.values())
        .map(column -> column(column.title(), column.type(), Origin.FIELD))
        .toList();
  }

  private static List<InputColumn> gameEvents() {
    List<InputColumn> columns = new ArrayList<>();
    for (String name : GameEventFields.COLUMNS) {
      columns.add(column(name, SqlType.VARCHAR, Origin.FIELD));
    }
    columns.add(1, column("timestamp", SqlType.TIMESTAMP, Origin.MODIFIED));
    columns.add(column("kafka_partition", SqlType.INTEGER, Origin.PARTITION));
    columns.add(column("kafka_offset", SqlType.BIGINT, Origin.OFFSET));
    return List.copyOf(columns);
  }

  private static InputColumn column(String name, SqlType type, Origin origin) {
    return new InputColumn(name, List.of(name), type, false, origin);
  }

  /**
   * All columns, declared.
   *
   * @param table the name of the table that has none in its declaration, for what is said of them
   */
  List<Declaration.Column> all(Token table) {
    return columns.stream().map(column -> declared(table, column.name(), column.type())).toList();
  }

  /** Columns that are texts, declared; the table is that of {@link #all}. */
  static List<Declaration.Column> texts(Token table, List<String> names) {
    return names.stream().map(name -> declared(table, name, SqlType.VARCHAR)).toList();
  }

  private static Declaration.Column declared(Token table, String name, SqlType type) {
    return new Declaration.Column(
        new Token(Token.Kind.QUOTED, name, table.start(), table.end()),
        new DeclaredType.Scalar(type),
        false);
  }

  /** Whether there is a column of a name, whatever its case. */
  boolean has(String name) {
    return columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name));
  }

  /**
   * The column that is declared, under the name that it is given there.
   *
   * @throws io.tailrace.options.UsageException if the format has no column of that name and type
   */
  InputColumn column(SqlText file, Declaration.Column declared) {
    String name = declared.name().value();
    InputColumn known =
        columns.stream()
            .filter(column -> column.name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow(
                () ->
                    file.error(
                        declared.name().start(),
                        String.format(
                            "TYPE %s has no column '%s'%s",
                            format,
                            name,
                            Suggestion.of(
                                name, columns.stream().map(InputColumn::name).toList()))));
    return declared(file, format, known, declared);
  }

  /**
   * A column that is known, as it is declared.
   *
   * @param type the word behind TYPE
   * @throws io.tailrace.options.UsageException if it has another type
   */
  static InputColumn declared(
      SqlText file, String type, InputColumn known, Declaration.Column declared) {
    if (!declared.type().type().equals(known.type())) {
      throw file.error(
          declared.name().start(),
          String.format("column %s of TYPE %s is %s", known.name(), type, known.type()));
    }
    return new InputColumn(
        declared.name().value(), known.path(), known.type(), declared.required(), known.origin());
  }
}
