package io.tailrace.sql;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the columns of an input that declares none may be, as DuckDB finds them in records. */
public final class InferredInput {

  private final UndeclaredInput input;
  private final List<Declaration.Column> columns;
  private final Map<String, String> properties;

  InferredInput(
      UndeclaredInput input, List<Declaration.Column> columns, Map<String, String> properties) {
    this.input = input;
    this.columns = List.copyOf(columns);
    this.properties = Map.copyOf(properties);
  }

  /**
   * What DuckDB makes of records, the likeliest first; nothing if it makes nothing of them.
   *
   * @param records lines of CSV, with those before the first record, or objects of JSON
   */
  public static List<InferredInput> of(UndeclaredInput input, List<byte[]> records)
      throws IOException {
    try (Sniffer sniffer = Sniffer.open(input, records)) {
      return input.format().equals("json") ? sniffer.json() : sniffer.csv();
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB failed to infer columns", e);
    }
  }

  /** The statement that declares it: CREATE EXTERNAL TABLE with columns. */
  public String statement() {
    return input.statement(columns, properties);
  }

  /** It with some columns, or fields of columns, as VARCHAR. */
  public InferredInput withTexts(Set<String> names) {
    return new InferredInput(input, withTexts("", columns, names), properties);
  }

  private static List<Declaration.Column> withTexts(
      String outer, List<Declaration.Column> columns, Set<String> names) {
    List<Declaration.Column> changed = new ArrayList<>();
    for (Declaration.Column column : columns) {
      String name = outer + column.name().value();
      DeclaredType type = column.type();
      if (names.contains(name)) {
        type = DeclaredType.TEXT;
      } else if (type instanceof DeclaredType.Row row) {
        type = new DeclaredType.Row(withTexts(name + ".", row.fields(), names));
      }
      changed.add(new Declaration.Column(column.name(), type, column.required()));
    }
    return changed;
  }
}
