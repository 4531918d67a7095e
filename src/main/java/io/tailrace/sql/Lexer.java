package io.tailrace.sql;

import io.tailrace.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits a file of SQL into tokens; comments are passed over. */
final class Lexer {

  private final SqlText file;
  private final String text;
  private int at;

  private Lexer(SqlText file) {
    this.file = file;
    this.text = file.text();
  }

  /** The tokens of a file, the last of which is its end. */
  static List<Token> tokens(SqlText file) {
    Lexer lexer = new Lexer(file);
    List<Token> tokens = new ArrayList<>();
    do {
      tokens.add(lexer.next());
    } while (tokens.get(tokens.size() - 1).kind() != Kind.END);
    return tokens;
  }

  private Token next() {
    skipBlanks();
    int start = at;
    if (at == text.length()) {
      return new Token(Kind.END, "", start, start);
    }
    char first = text.charAt(at);
    if (first == '\'') {
      return new Token(Kind.STRING, quoted('\''), start, at);
    }
    if (first == '"') {
      return new Token(Kind.QUOTED, quoted('"'), start, at);
    }
    if (first == '$') {
      int tagEnd = dollarTagEnd();
      if (tagEnd > 0) {
        return dollarQuoted(tagEnd);
      }
    }
    Kind kind = Kind.SIGN;
    at += Character.charCount(text.codePointAt(at));
    if (Character.isLetter(text.codePointAt(start)) || first == '_') {
      kind = Kind.WORD;
      skipWord();
    } else if (Character.isDigit(first)) {
      kind = Kind.NUMBER;
      skipWord();
    }
    return new Token(kind, text.substring(start, at), start, at);
  }

  private void skipWord() {
    while (at < text.length()
        && (Character.isLetterOrDigit(text.codePointAt(at))
            || text.charAt(at) == '_'
            || text.charAt(at) == '$')) {
      at += Character.charCount(text.codePointAt(at));
    }
  }

  private void skipBlanks() {
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '\uFEFF') {
        at++;
      } else if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        skipComment();
      } else {
        return;
      }
    }
  }

  private void skipComment() {
    int start = at;
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw file.error(start, "this comment does not end; close it with */");
    }
    at = end + 2;
  }

  /** Passes over what is in quotes, where two of them stand for one. */
  private String quoted(char quote) {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != quote) {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        value.append(c);
        at++;
      } else {
        return value.toString();
      }
    }
    throw file.error(start, "this quote is not closed");
  }

  /** Where the tag of a text in dollars ends, as in {@code $$…$$} and {@code $a$…$a$}, or -1. */
  private int dollarTagEnd() {
    int end = at + 1;
    while (end < text.length()
        && (Character.isLetter(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return end < text.length() && text.charAt(end) == '$' ? end + 1 : -1;
  }

  private Token dollarQuoted(int tagEnd) {
    int start = at;
    String tag = text.substring(at, tagEnd);
    int close = text.indexOf(tag, tagEnd);
    if (close < 0) {
      throw file.error(start, "this text is not closed; it ends with " + tag);
    }
    at = close + tag.length();
    return new Token(Kind.STRING, text.substring(tagEnd, close), start, at);
  }
}
