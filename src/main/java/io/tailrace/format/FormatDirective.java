package io.tailrace.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds the format in what people copy from the configuration of a server: a directive, the quoted
 * text or texts in it, or the format itself.
 *
 * <ul>
 *   <li>{@code LogFormat "…" name} and {@code CustomLog path "…"} of Apache (<a
 *       href="https://httpd.apache.org/docs/current/configuring.html#syntax">syntax</a>).
 *   <li>{@code log_format name escape=… '…' '…';} of NGINX, whose texts are one (<a
 *       href="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format">ngx_http_log_module</a>).
 * </ul>
 */
final class FormatDirective {

  private static final List<String> NAMES = List.of("common", "combined", "nginx");

  private final String text;
  private int at;

  private FormatDirective(String text) {
    this.text = text;
  }

  /** Whether this is the name of a format that every server knows, or NGINX's. */
  static boolean isName(String text) {
    return NAMES.contains(text);
  }

  /**
   * The format in a text: a name, or what the server makes of its configuration.
   *
   * @throws IllegalArgumentException if there is none
   */
  static String formatIn(String text) {
    if (isName(text)) {
      return text;
    }
    FormatDirective directive = new FormatDirective(text);
    directive.skipBlanksAndComments();
    String format =
        switch (directive.firstWord()) {
          case "logformat" -> directive.logFormat(0);
          case "customlog", "globallog" -> directive.logFormat(1);
          case "log_format" -> directive.nginxFormat();
          case "access_log", "transferlog" ->
              throw directive.refused("has no format; give the LogFormat or log_format itself");
          default -> directive.plainFormat();
        };
    if (format.indexOf('\n') >= 0 || format.indexOf('\r') >= 0) {
      throw directive.refused("is more than one line");
    }
    return format;
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("'" + text.strip().replaceAll("\\s+", " ") + "' " + why);
  }

  private String firstWord() {
    int end = at;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return text.substring(at, end).toLowerCase(Locale.ROOT);
  }

  /**
   * The format of a directive of Apache.
   *
   * @param before how many words are between its name and the format
   */
  private String logFormat(int before) {
    List<String> words = apacheWords(text.substring(at).replaceAll("\\\\\r?\n", ""));
    int most = before + 3;
    if (words.size() < before + 2 || words.size() > most) {
      throw refused(
          words.size() > most
              ? "has text behind the format and its name; quotes in it must be \\\""
              : "has no format");
    }
    return named(unescaped(words.get(before + 1)));
  }

  /** What a directive has where a format or the name of one is. */
  private String named(String format) {
    if (format.indexOf('%') < 0 && !isName(format)) {
      throw refused("names the format " + format + "; give the LogFormat of that name");
    }
    return format;
  }

  /** The words of a line of Apache's configuration. */
  private List<String> apacheWords(String line) {
    List<String> words = new ArrayList<>();
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
        continue;
      }
      StringBuilder word = new StringBuilder();
      if (c == '"' || c == '\'') {
        i++;
        while (i < line.length() && line.charAt(i) != c) {
          boolean escaped =
              line.charAt(i) == '\\'
                  && i + 1 < line.length()
                  && (line.charAt(i + 1) == c || line.charAt(i + 1) == '\\');
          i += escaped ? 1 : 0;
          word.append(line.charAt(i++));
        }
        if (i == line.length()) {
          throw refused("has a " + c + " that is not closed");
        }
        i++;
      } else {
        while (i < line.length() && !Character.isWhitespace(line.charAt(i))) {
          word.append(line.charAt(i++));
        }
      }
      words.add(word.toString());
    }
    return words;
  }

  /** The format of NGINX's directive. */
  private String nginxFormat() {
    List<Token> tokens = nginxTokens();
    int first = 2;
    if (tokens.size() > first && tokens.get(first).text().startsWith("escape=")) {
      first++;
    }
    if (tokens.size() <= first) {
      throw refused("has no format");
    }
    return joined(tokens.subList(first, tokens.size()));
  }

  private static String joined(List<Token> tokens) {
    StringBuilder all = new StringBuilder();
    tokens.forEach(token -> all.append(token.text()));
    return all.toString();
  }

  /** A word of NGINX's configuration; {@code quote} is 0 if it has none. */
  private record Token(String text, char quote) {}

  /** The words up to a semicolon, behind which there must be nothing. */
  private List<Token> nginxTokens() {
    List<Token> tokens = new ArrayList<>();
    skipBlanksAndComments();
    while (at < text.length() && text.charAt(at) != ';') {
      tokens.add(nginxToken());
      skipBlanksAndComments();
    }
    at++;
    skipBlanksAndComments();
    if (at < text.length()) {
      throw refused("has text behind its ;");
    }
    return tokens;
  }

  private Token nginxToken() {
    char c = text.charAt(at);
    char quote = c == '"' || c == '\'' ? c : 0;
    at += quote == 0 ? 0 : 1;
    int from = at;
    while (at < text.length() && !endsToken(text.charAt(at), quote)) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (quote != 0 && at >= text.length()) {
      throw refused("has a " + quote + " that is not closed");
    }
    String token = unescaped(text.substring(from, Math.min(at, text.length())));
    if (quote != 0) {
      at++;
      if (at < text.length()
          && text.charAt(at) != ';'
          && !Character.isWhitespace(text.charAt(at))) {
        throw refused("has text directly behind a " + quote + " that ends a text");
      }
    }
    return new Token(token, quote);
  }

  private static boolean endsToken(char c, char quote) {
    return quote == 0 ? c == ';' || Character.isWhitespace(c) : c == quote;
  }

  private void skipBlanksAndComments() {
    while (at < text.length()
        && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '#')) {
      if (text.charAt(at) == '#') {
        int lineEnd = text.indexOf('\n', at);
        at = lineEnd < 0 ? text.length() : lineEnd;
      } else {
        at++;
      }
    }
  }

  /** The format in a text that is one, perhaps in the quotes of the configuration. */
  private String plainFormat() {
    if (text.indexOf('%') < 0 && text.indexOf('$') < 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no format of an access log; give common, combined or nginx, or the format in"
              + " the server's configuration, such as '%h %l %u %t \"%r\" %>s %b' of Apache or"
              + " '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent'"
              + " of NGINX");
    }
    char first = at < text.length() ? text.charAt(at) : 0;
    String quoted = first == '\'' || first == '"' ? quotedFormat(first) : null;
    if (quoted != null) {
      return quoted;
    }
    if (text.chars().filter(c -> c == '"').count() % 2 == 1 || text.strip().endsWith("';")) {
      throw refused(
          "has quotes that are not in pairs; give the format alone or the whole directive");
    }
    return unescaped(text);
  }

  /**
   * The format of a text that is in quotes as a whole, or is several texts of NGINX in a row; null
   * if the quotes are in the log.
   */
  private String quotedFormat(char quote) {
    FormatDirective rest = new FormatDirective(text);
    List<Token> tokens;
    try {
      tokens = rest.nginxTokens();
    } catch (IllegalArgumentException e) {
      return null;
    }
    boolean isOne =
        tokens.size() == 1
            || tokens.size() == 2 && tokens.get(1).quote() == 0 && isPlainWord(tokens.get(1));
    boolean isNginx = quote == '\'' && text.indexOf('$') >= 0;
    boolean areAllInQuotes = tokens.stream().allMatch(token -> token.quote() == quote);
    if (isOne && tokens.get(0).quote() == quote) {
      return tokens.get(0).text();
    }
    return isNginx && areAllInQuotes ? joined(tokens) : null;
  }

  private static boolean isPlainWord(Token token) {
    return token.text().indexOf('%') < 0 && token.text().indexOf('$') < 0;
  }

  /** What Apache in a format and NGINX in any text make of backslashes. */
  private static String unescaped(String text) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = c == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : 0;
      switch (next) {
        case '"', '\'', '\\' -> result.append(next);
        case 't' -> result.append('\t');
        case 'n' -> result.append('\n');
        case 'r' -> result.append('\r');
        default -> {
          result.append(c);
          continue;
        }
      }
      i++;
    }
    return result.toString();
  }
}
