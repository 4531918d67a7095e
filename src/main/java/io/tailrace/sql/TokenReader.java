package io.tailrace.sql;

import io.tailrace.options.UsageException;
import io.tailrace.sql.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The tokens of a file of SQL, one after the other. */
final class TokenReader {

  private final SqlText file;
  private final List<Token> tokens;
  private int at;

  TokenReader(SqlText file) {
    this.file = file;
    this.tokens = Lexer.tokens(file);
  }

  SqlText file() {
    return file;
  }

  /** The next token, which stays the next. */
  Token peek() {
    return tokens.get(at);
  }

  /** The next token, which is taken unless it is the end. */
  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  /** Takes the words if they are next, and says whether they were. */
  boolean takeIf(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
        return false;
      }
    }
    at += words.length;
    return true;
  }

  /** Takes words that must be next. */
  void expect(String... words) {
    for (String word : words) {
      if (!takeIf(word)) {
        throw unexpected(word);
      }
    }
  }

  /** Takes a token of a kind that must be next. */
  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return take();
  }

  /** Takes a name that must be next. */
  Token expectName(String what) {
    if (!peek().isName()) {
      throw unexpected(what);
    }
    return take();
  }

  /** A mistake: the next token is not what it should be. */
  UsageException unexpected(String expected) {
    return file.error(peek().start(), "found " + peek().shown() + ", but expected " + expected);
  }

  UsageException error(Token token, String message) {
    return file.error(token.start(), message);
  }

  /** Takes what is in parentheses, which must be next, and is what is between them. */
  SqlText.Part parenthesised() {
    Token open = peek();
    expect("(");
    int depth = 1;
    int from = open.end();
    while (true) {
      Token token = take();
      if (token.kind() == Kind.END) {
        throw error(open, "this parenthesis is not closed");
      }
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0) {
        return file.part(from, token.start());
      }
    }
  }

  /** Takes all up to the semicolon or the end of the file, and the semicolon. */
  SqlText.Part statement() {
    SqlText.Part part = statementUntil(";");
    takeIf(";");
    return part;
  }

  /** Takes all up to a word outside parentheses, the semicolon or the end of the file. */
  SqlText.Part statementUntil(String word) {
    int from = peek().start();
    int to = from;
    Deque<Token> open = new ArrayDeque<>();
    while (peek().kind() != Kind.END && !peek().is(";") && !(open.isEmpty() && peek().is(word))) {
      Token token = take();
      to = token.end();
      if (token.is("(")) {
        open.push(token);
      } else if (token.is(")")) {
        open.poll();
      }
    }
    if (!open.isEmpty()) {
      throw error(open.peek(), "this parenthesis is not closed");
    }
    return file.part(from, to);
  }
}
