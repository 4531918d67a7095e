package io.tailrace.sql;

import io.tailrace.options.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The text of a file of SQL, whose errors name the line and the column.
 *
 * @param name the file's name in messages
 */
record SqlText(String name, String text) {

  /**
   * A mistake in the file, for people.
   *
   * @param offset the character at which it is
   */
  UsageException error(int offset, String message) {
    int end = Math.min(Math.max(offset, 0), text.length());
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = text.codePointCount(lineStart, end) + 1;
    return new UsageException(name + ":" + line + ":" + column + ": " + message);
  }

  /** A part of it, up to a character that does not belong to it. */
  Part part(int from, int to) {
    return new Part(this, from, to, "", "");
  }

  /**
   * A part of the file: a SELECT or an expression.
   *
   * @param to where it ends, exclusive
   * @param before what is put before it, so that DuckDB takes it
   * @param after what is put behind it
   */
  record Part(SqlText file, int from, int to, String before, String after) {

    /** The same part, with text around it. */
    Part within(String before, String after) {
      return new Part(file, from, to, before, after);
    }

    /** Its text, for DuckDB. */
    String text() {
      return before + file.text.substring(from, to) + after;
    }

    /** It on one line without comments, for people. */
    String inOneLine() {
      StringBuilder line = new StringBuilder();
      int end = from;
      for (Token token : tokens()) {
        if (!line.isEmpty() && token.start() > end) {
          line.append(' ');
        }
        line.append(file.text, token.start(), token.end());
        end = token.end();
      }
      return line.toString();
    }

    private List<Token> tokens() {
      return Lexer.tokens(file).stream()
          .filter(token -> token.start() >= from && token.end() <= to)
          .filter(token -> token.kind() != Token.Kind.END)
          .toList();
    }

    /**
     * A mistake at the first of some keywords that it has, outside parentheses if possible.
     *
     * @param words keywords, whatever their case
     */
    UsageException errorAt(List<String> words, String message) {
      int depth = 0;
      int inside = -1;
      for (Token token : tokens()) {
        depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
        if (words.stream().anyMatch(token::is)) {
          if (depth == 0) {
            return file.error(token.start(), message);
          }
          inside = inside < 0 ? token.start() : inside;
        }
      }
      return file.error(Math.max(inside, from), message);
    }

    /**
     * A mistake in it.
     *
     * @param bytes where it is: bytes of UTF-8 from the start of {@link #text}, as DuckDB counts;
     *     less than 0 for its start
     */
    UsageException error(long bytes, String message) {
      byte[] utf8 = text().getBytes(StandardCharsets.UTF_8);
      int length = (int) Math.max(0, Math.min(bytes, utf8.length));
      int characters = new String(utf8, 0, length, StandardCharsets.UTF_8).length();
      int offset = from + Math.max(0, characters - before.length());
      return file.error(Math.min(offset, to), message);
    }
  }
}
