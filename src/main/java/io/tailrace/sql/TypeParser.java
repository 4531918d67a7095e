package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the types of columns, in the spelling of DuckDB and of Beam SQL. */
final class TypeParser {

  private static final int MAX_DIGITS = 38;
  private static final String TYPES =
      "VARCHAR, BOOLEAN, INTEGER, BIGINT, DECIMAL(p, s), DOUBLE, DATE, TIMESTAMP, ROW(…),"
          + " ARRAY<…> or MAP<VARCHAR, …>";

  private final TokenReader tokens;

  TypeParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  /** Takes a type. */
  DeclaredType type() {
    Token word = tokens.expect(Kind.WORD, "a type: " + TYPES);
    DeclaredType type =
        switch (word.value().toUpperCase(Locale.ROOT)) {
          case "ROW", "STRUCT" -> row();
          case "ARRAY", "LIST" -> array();
          case "MAP" -> map();
          default -> new DeclaredType.Scalar(scalar(word));
        };
    while (true) {
      if (tokens.takeIf("[")) {
        tokens.expect("]");
      } else if (!tokens.takeIf("ARRAY")) {
        return type;
      }
      type = arrayOf(type);
    }
  }

  /** Takes {@code <TYPE>} or {@code (TYPE)}. */
  private DeclaredType array() {
    String close = tokens.peek().is("(") ? ")" : ">";
    tokens.expect(close.equals(")") ? "(" : "<");
    DeclaredType element = type();
    tokens.expect(close);
    return arrayOf(element);
  }

  /** Takes {@code <VARCHAR, TYPE>} or {@code (VARCHAR, TYPE)}. */
  private DeclaredType map() {
    String close = tokens.peek().is("(") ? ")" : ">";
    tokens.expect(close.equals(")") ? "(" : "<");
    Token key = tokens.peek();
    if (!type().equals(DeclaredType.TEXT)) {
      throw tokens.error(key, "the keys of a MAP are VARCHAR");
    }
    tokens.expect(",");
    DeclaredType value = type();
    tokens.expect(close);
    requireNullable(value);
    return new DeclaredType.Map(value);
  }

  private DeclaredType arrayOf(DeclaredType element) {
    requireNullable(element);
    return new DeclaredType.Array(element);
  }

  private void requireNullable(DeclaredType type) {
    if (type instanceof DeclaredType.Row row) {
      for (Declaration.Column field : row.fields()) {
        if (field.required()) {
          throw tokens.error(field.name(), "a field inside an ARRAY or a MAP cannot be NOT NULL");
        }
        requireNullable(field.type());
      }
    }
  }

  private SqlType scalar(Token word) {
    return switch (word.value().toUpperCase(Locale.ROOT)) {
      case "VARCHAR", "STRING", "TEXT", "CHAR", "CHARACTER" -> {
        tokens.takeIf("VARYING");
        skipLength();
        yield SqlType.VARCHAR;
      }
      case "BOOLEAN", "BOOL" -> SqlType.BOOLEAN;
      case "TINYINT", "SMALLINT", "INTEGER", "INT", "INT2", "INT4" -> SqlType.INTEGER;
      case "BIGINT", "LONG", "INT8" -> SqlType.BIGINT;
      case "DECIMAL", "NUMERIC" -> decimal();
      case "DOUBLE" -> {
        tokens.takeIf("PRECISION");
        yield SqlType.DOUBLE;
      }
      case "FLOAT", "REAL", "FLOAT4", "FLOAT8" -> SqlType.DOUBLE;
      case "DATE" -> SqlType.DATE;
      case "TIMESTAMP", "DATETIME" -> {
        skipLength();
        if (!tokens.takeIf("WITH", "TIME", "ZONE")
            && !tokens.takeIf("WITH", "LOCAL", "TIME", "ZONE")) {
          tokens.takeIf("WITHOUT", "TIME", "ZONE");
        }
        yield SqlType.TIMESTAMP;
      }
      case "TIMESTAMPTZ" -> SqlType.TIMESTAMP;
      default -> throw tokens.error(word, "type " + word.value() + " is unknown; use " + TYPES);
    };
  }

  private void skipLength() {
    if (tokens.takeIf("(")) {
      tokens.expect(Kind.NUMBER, "a length");
      tokens.expect(")");
    }
  }

  private SqlType decimal() {
    if (!tokens.takeIf("(")) {
      return SqlType.decimal(18, 3);
    }
    int precision = digits(1, MAX_DIGITS);
    int scale = tokens.takeIf(",") ? digits(0, precision) : 0;
    tokens.expect(")");
    return SqlType.decimal(precision, scale);
  }

  private int digits(int least, int most) {
    Token token = tokens.expect(Kind.NUMBER, "a number of digits");
    if (!token.value().matches("\\d{1,3}")
        || Integer.parseInt(token.value()) < least
        || Integer.parseInt(token.value()) > most) {
      throw tokens.error(
          token,
          "found " + token.value() + ", but expected a number from " + least + " to " + most);
    }
    return Integer.parseInt(token.value());
  }

  /** Takes {@code <name TYPE, …>} or {@code (name TYPE, …)}. */
  private DeclaredType row() {
    String close;
    if (tokens.takeIf("<")) {
      close = ">";
    } else {
      tokens.expect("(");
      close = ")";
    }
    List<Declaration.Column> fields = new ArrayList<>();
    do {
      Token name = tokens.expectName("the name of a field");
      tokens.takeIf(":");
      DeclaredType type = type();
      fields.add(new Declaration.Column(name, type, required(type)));
    } while (tokens.takeIf(","));
    tokens.expect(close);
    return new DeclaredType.Row(fields);
  }

  /** Takes {@code NOT NULL} or {@code NULL}, and says whether it is the first. */
  boolean required(DeclaredType type) {
    Token at = tokens.peek();
    if (tokens.takeIf("NOT", "NULL")) {
      if (type instanceof DeclaredType.Row) {
        throw tokens.error(at, "a ROW cannot be NOT NULL; say so of its fields");
      }
      return true;
    }
    tokens.takeIf("NULL");
    return false;
  }
}
