package io.tailrace.format;

import java.io.Serializable;

/**
 * The format of an access log: {@code common}, {@code combined} or {@code nginx}, or the LogFormat
 * of Apache or log_format of NGINX that is in the server's own configuration, also as the whole
 * directive.
 *
 * <p>{@code nginx} is NGINX's predefined format, which is the same as {@code combined} (<a
 * href="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format">ngx_http_log_module</a>).
 *
 * @param text the name, or the text that holds a {@code %} (Apache) or a {@code $} (NGINX)
 */
public record AccessLogFormat(String text) implements Serializable {

  /** The formats that most servers have in their configuration, as it is there. */
  static final String COMMON = "%h %l %u %t \"%r\" %>s %b";

  static final String COMBINED = COMMON + " \"%{Referer}i\" \"%{User-Agent}i\"";

  /** The property of a table that has it. */
  public static final String PROPERTY = "format";

  /**
   * @throws IllegalArgumentException if the text is neither a name nor a format
   */
  public AccessLogFormat {
    FormatDirective.formatIn(text);
  }

  /**
   * Makes a parser of this format; a LogFormat that says what a name does is read like it. What a
   * LogFormat lacks is noticed here, so that a program asks for a parser once before it relies on a
   * format.
   *
   * @throws IllegalArgumentException if the text is a format without a status or a time
   */
  public AccessLineParser parser() {
    String format = FormatDirective.formatIn(text);
    return switch (format) {
      case "common" -> new ByteAccessLineParser(false);
      case "combined", "nginx" -> new ByteAccessLineParser(true);
      default -> parser(LineLayout.parse(format));
    };
  }

  private static AccessLineParser parser(LineLayout layout) {
    return layout.isSameAs(LineLayout.parse(COMBINED))
        ? new ByteAccessLineParser(true)
        : layout.isSameAs(LineLayout.parse(COMMON))
            ? new ByteAccessLineParser(false)
            : new LogFormatParser(layout);
  }
}
