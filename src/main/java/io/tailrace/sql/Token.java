package io.tailrace.sql;

/**
 * A word or a sign of a file of SQL.
 *
 * @param value what it stands for: without quotes if it has them
 * @param start the character at which it begins
 * @param end the character behind it
 */
record Token(Kind kind, String value, int start, int end) {

  enum Kind {
    /** An identifier or a keyword. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED,
    /** A text in single quotes. */
    STRING,
    NUMBER,
    /** One character that is nothing else. */
    SIGN,
    /** The end of the file. */
    END
  }

  /** Whether it is a keyword or a sign, whatever its case. */
  boolean is(String word) {
    return (kind == Kind.WORD || kind == Kind.SIGN) && value.equalsIgnoreCase(word);
  }

  /** Whether it can be a name. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** It as messages show it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the file";
      case STRING -> "a text";
      default -> "'" + value + "'";
    };
  }
}
