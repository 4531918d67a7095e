package io.tailrace.sql;

import io.tailrace.format.SqlType;
import java.util.List;

/** The type of a column as it is declared. */
sealed interface DeclaredType {

  /** A text of any length. */
  DeclaredType TEXT = new Scalar(SqlType.VARCHAR);

  /** A type of one value. */
  record Scalar(SqlType type) implements DeclaredType {}

  /** An object of JSON with named fields. */
  record Row(List<Declaration.Column> fields) implements DeclaredType {
    public Row {
      fields = List.copyOf(fields);
    }
  }
}
