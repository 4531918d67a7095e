package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The layout of a line that a LogFormat of Apache or a log_format of NGINX says: fields, and the
 * literal text before, between and behind them.
 *
 * <p>Only a few fields have a {@link Role} of their own; all others, known or not, are text.
 *
 * @param before the literal text before the first field
 * @param fields the fields, in the order of the line
 */
record LineLayout(byte[] before, List<Field> fields) {

  /** What a field is to a report. */
  enum Role {
    HOST,
    IDENTITY,
    USER,
    REQUEST,
    METHOD,
    ENDPOINT,
    PROTOCOL,
    REFERER,
    AGENT,
    TIME,
    STATUS,
    BYTES,
    /** Nothing. */
    TEXT;

    /** Whether the field is whatever is up to the next literal text. */
    boolean isText() {
      return switch (this) {
        case HOST, REQUEST, TIME, STATUS, BYTES -> false;
        default -> true;
      };
    }
  }

  /**
   * A field, and the literal text behind it.
   *
   * @param role the one for which this field is the best of the layout, or {@link Role#TEXT}
   * @param time how a time is written; null for any other field
   * @param isBehindHost whether the text of an endpoint may have a host before its path
   */
  record Field(Role role, TimePattern time, boolean isBehindHost, byte[] behind) {

    private boolean isSameAs(Field other) {
      return role == other.role
          && isBehindHost == other.isBehindHost
          && Arrays.equals(behind, other.behind)
          && (role != Role.TIME || time.isSameAs(other.time));
    }
  }

  /**
   * A directive or variable.
   *
   * @param text as the format has it
   * @param rank the lower, the better a field is for its role
   * @param time the pattern of a time
   */
  private record Source(String text, Role role, int rank, String time) {

    static Source of(String text, Role role, int rank) {
      return new Source(text, role, rank, null);
    }
  }

  private static final int RANKS_A_VARIANT = 3;

  /**
   * Reads a format.
   *
   * @param format with a {@code %} for each directive of Apache, or a {@code $} for each variable
   *     of NGINX
   * @throws IllegalArgumentException if it is none, has no status or no time, or has nothing
   *     between fields that could then not be told apart
   */
  static LineLayout parse(String format) {
    List<Source> sources = new ArrayList<>();
    List<StringBuilder> literals = new ArrayList<>();
    literals.add(new StringBuilder());
    boolean isNginx = format.contains("$status") || format.contains("${status}");
    boolean isApache = !isNginx && format.indexOf('%') >= 0;
    for (int i = 0; i < format.length(); ) {
      char c = format.charAt(i);
      if (c == '%' && isApache && format.startsWith("%%", i)) {
        literals.get(sources.size()).append('%');
        i += 2;
      } else if (c == (isApache ? '%' : '$')) {
        Source source = isApache ? directive(format, i) : variable(format, i);
        sources.add(source);
        literals.add(new StringBuilder());
        i += source.text().length();
      } else {
        literals.get(sources.size()).append(c);
        i++;
      }
    }
    return layout(format, sources, literals);
  }

  /** Whether the lines of another layout have the same fields and the same texts between them. */
  boolean isSameAs(LineLayout other) {
    return Arrays.equals(before, other.before)
        && fields.size() == other.fields.size()
        && IntStream.range(0, fields.size())
            .allMatch(field -> fields.get(field).isSameAs(other.fields.get(field)));
  }

  private static LineLayout layout(
      String format, List<Source> sources, List<StringBuilder> literals) {
    Source[] best = best(sources);
    requireStatusAndTime(format, best);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < sources.size(); ) {
      int next = i;
      Role role = role(sources.get(i), best);
      boolean isBehindHost = false;
      // Of texts without anything between them, the first that is something is all of it.
      while (++next < sources.size() && literals.get(next).isEmpty()) {
        Role other = role(sources.get(next), best);
        if (!role.isText() || !other.isText()) {
          throw unreadable(
              format,
              "has nothing between "
                  + sources.get(next - 1).text()
                  + " and "
                  + sources.get(next).text());
        }
        isBehindHost |= role == Role.TEXT && other == Role.ENDPOINT;
        role = role == Role.TEXT ? other : role;
      }
      fields.add(
          new Field(
              role,
              role == Role.TIME ? time(format, sources.get(i)) : null,
              isBehindHost,
              bytes(literals.get(next))));
      i = next;
    }
    return new LineLayout(bytes(literals.get(0)), fields);
  }

  private static TimePattern time(String format, Source source) {
    try {
      return new TimePattern(source.time());
    } catch (IllegalArgumentException e) {
      throw unreadable(format, "has a time that cannot be read: " + e.getMessage());
    }
  }

  /** The source of each role, or null; one is the source of the request or of parts of it. */
  private static Source[] best(List<Source> sources) {
    Source[] best = new Source[Role.values().length];
    boolean isInPieces = sources.stream().filter(LineLayout::isFormattedTime).count() > 1;
    for (Source source : sources) {
      Source other = best[source.role().ordinal()];
      if ((other == null || source.rank() < other.rank())
          && !(isInPieces && isFormattedTime(source))) {
        best[source.role().ordinal()] = source;
      }
    }
    if (best[Role.REQUEST.ordinal()] != null) {
      best[Role.METHOD.ordinal()] = null;
      best[Role.ENDPOINT.ordinal()] = null;
      best[Role.PROTOCOL.ordinal()] = null;
    }
    return best;
  }

  private static Role role(Source source, Source[] best) {
    return best[source.role().ordinal()] == source ? source.role() : Role.TEXT;
  }

  private static void requireStatusAndTime(String format, Source[] best) {
    List<String> missing = new ArrayList<>();
    if (best[Role.STATUS.ordinal()] == null) {
      missing.add("status (%>s, or $status of NGINX)");
    }
    if (best[Role.TIME.ordinal()] == null) {
      missing.add("time in one piece (%t, or $time_local of NGINX)");
    }
    if (!missing.isEmpty()) {
      throw unreadable(format, "has no " + String.join(" and no ", missing));
    }
  }

  private static IllegalArgumentException unreadable(String format, String why) {
    return new IllegalArgumentException("LogFormat '" + format + "' " + why);
  }

  private static byte[] bytes(StringBuilder literal) {
    return literal.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The directive that begins here: {@code %}, then conditions, {@code <} or {@code >}, and what is
   * in braces, in any order, then a letter, or {@code ^} and two (<a
   * href="https://httpd.apache.org/docs/current/mod/mod_log_config.html#formats">mod_log_config</a>).
   */
  private static Source directive(String format, int from) {
    String braces = "";
    int variant = 1;
    int i = from + 1;
    while (i < format.length() && "!,<>{0123456789".indexOf(format.charAt(i)) >= 0) {
      char c = format.charAt(i);
      if (c == '{') {
        int close = format.indexOf('}', i);
        if (close < 0) {
          throw unreadable(format, "has a { without a }");
        }
        braces = format.substring(i + 1, close);
        i = close;
      } else if (c == '>') {
        variant = 0;
      } else if (c == '<') {
        variant = 2;
      }
      i++;
    }
    int end = i + (i < format.length() && format.charAt(i) == '^' ? 3 : 1);
    String letters = end > format.length() ? "" : format.substring(i, end);
    if (!letters.matches("\\^?[A-Za-z]+")) {
      throw unreadable(
          format,
          "has a % that begins no directive at '"
              + format.substring(from, Math.min(format.length(), from + 10))
              + "'; a percent sign is %%");
    }
    return directive(format.substring(from, end), letters, braces, variant);
  }

  private static Source directive(String text, String letters, String braces, int variant) {
    Role role =
        switch (letters + (braces.isEmpty() || letters.equals("t") ? "" : " " + lower(braces))) {
          case "h", "a", "a c" -> Role.HOST;
          case "l" -> Role.IDENTITY;
          case "u" -> Role.USER;
          case "r" -> Role.REQUEST;
          case "m" -> Role.METHOD;
          case "U" -> Role.ENDPOINT;
          case "H" -> Role.PROTOCOL;
          case "i referer" -> Role.REFERER;
          case "i user-agent" -> Role.AGENT;
          case "s" -> Role.STATUS;
          case "b", "B", "O" -> Role.BYTES;
          case "t" -> Role.TIME;
          default -> Role.TEXT;
        };
    if (role == Role.TIME) {
      return apacheTime(text, braces);
    }
    int choice =
        switch (letters) {
          case "a" -> braces.isEmpty() ? 1 : 2;
          case "B" -> 1;
          case "O" -> 2;
          default -> 0;
        };
    return Source.of(text, role, choice * RANKS_A_VARIANT + variant);
  }

  private static Source apacheTime(String text, String braces) {
    String pattern = braces.replaceFirst("^(begin|end)(:|$)", "");
    return switch (pattern) {
      case "" -> time(text, "[" + TimePattern.LOCAL + "]", 0);
      case "msec" -> time(text, TimePattern.MILLISECONDS, 3);
      case "usec" -> time(text, TimePattern.MICROSECONDS, 4);
      case "sec" -> time(text, TimePattern.SECONDS, 5);
      case "msec_frac", "usec_frac" -> Source.of(text, Role.TEXT, 0);
      default -> time(text, pattern, FORMATTED);
    };
  }

  /** The rank of a time that is written as the format says; two of these may be parts of one. */
  private static final int FORMATTED = 2;

  private static Source time(String text, String pattern, int rank) {
    return new Source(text, Role.TIME, rank, pattern);
  }

  private static boolean isFormattedTime(Source source) {
    return source.role() == Role.TIME && source.rank() == FORMATTED;
  }

  /**
   * The variable that begins here, {@code $name} or <code>${name}</code> (<a
   * href="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format">ngx_http_log_module</a>).
   */
  private static Source variable(String format, int from) {
    boolean inBraces = format.startsWith("${", from);
    int nameFrom = from + (inBraces ? 2 : 1);
    int nameEnd = nameFrom;
    while (nameEnd < format.length() && isOfName(format.charAt(nameEnd))) {
      nameEnd++;
    }
    if (nameEnd == nameFrom || inBraces && !format.startsWith("}", nameEnd)) {
      throw unreadable(
          format,
          "has a $ that begins no variable at '"
              + format.substring(from, Math.min(format.length(), from + 10))
              + "'");
    }
    return variable(
        format.substring(from, nameEnd + (inBraces ? 1 : 0)),
        lower(format.substring(nameFrom, nameEnd)));
  }

  private static Source variable(String text, String name) {
    return switch (name) {
      case "remote_addr" -> Source.of(text, Role.HOST, 0);
      case "realip_remote_addr" -> Source.of(text, Role.HOST, 1);
      case "remote_user" -> Source.of(text, Role.USER, 0);
      case "request" -> Source.of(text, Role.REQUEST, 0);
      case "request_method" -> Source.of(text, Role.METHOD, 0);
      case "request_uri" -> Source.of(text, Role.ENDPOINT, 0);
      case "uri", "document_uri" -> Source.of(text, Role.ENDPOINT, 1);
      case "server_protocol" -> Source.of(text, Role.PROTOCOL, 0);
      case "http_referer" -> Source.of(text, Role.REFERER, 0);
      case "http_user_agent" -> Source.of(text, Role.AGENT, 0);
      case "status" -> Source.of(text, Role.STATUS, 0);
      case "body_bytes_sent" -> Source.of(text, Role.BYTES, 0);
      case "bytes_sent" -> Source.of(text, Role.BYTES, 1);
      case "time_local" -> time(text, TimePattern.LOCAL, 0);
      case "time_iso8601" -> time(text, TimePattern.ISO_8601, 1);
      case "msec" -> time(text, TimePattern.SECONDS_AND_MILLISECONDS, 6);
      default -> Source.of(text, Role.TEXT, 0);
    };
  }

  private static boolean isOfName(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
