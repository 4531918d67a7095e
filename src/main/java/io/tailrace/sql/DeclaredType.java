package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.util.List;

/** The type of a column as it is declared. */
sealed interface DeclaredType {

  /** A text of any length. */
  DeclaredType TEXT = new Scalar(SqlType.VARCHAR);

  /** The type of its values. */
  SqlType type();

  /** A type of one value. */
  record Scalar(SqlType type) implements DeclaredType {}

  /** An array of JSON, whose elements have one type. */
  record Array(DeclaredType element) implements DeclaredType {
    @Override
    public SqlType type() {
      return SqlType.array(element.type());
    }
  }

  /** An object of JSON with any fields, whose values have one type. */
  record Map(DeclaredType value) implements DeclaredType {
    @Override
    public SqlType type() {
      return SqlType.map(value.type());
    }
  }

  /** An object of JSON with named fields. */
  record Row(List<Declaration.Column> fields) implements DeclaredType {
    public Row {
      fields = List.copyOf(fields);
    }

    @Override
    public SqlType type() {
      return SqlType.row(
          fields.stream()
              .map(field -> new SqlType.Field(field.name().value(), field.type().type()))
              .toList());
    }
  }
}
