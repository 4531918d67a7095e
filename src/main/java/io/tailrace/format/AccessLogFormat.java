package io.tailrace.format;

import java.io.Serializable;

/**
 * The format of an access log: {@code common}, {@code combined} or {@code nginx}, or the LogFormat
 * of Apache or log_format of NGINX that is in the server's own configuration.
 *
 * <p>{@code nginx} is NGINX's predefined format, which is the same as {@code combined} (<a
 * href="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format">ngx_http_log_module</a>).
 *
 * @param text the name, or the text that holds a {@code %} (Apache) or a {@code $} (NGINX)
 */
public record AccessLogFormat(String text) implements Serializable {

  /**
   * @throws IllegalArgumentException if the text is neither a name nor a format
   */
  public AccessLogFormat {
    if (!isName(text) && text.indexOf('%') < 0 && text.indexOf('$') < 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no format of an access log; give common, combined or nginx, or the format in"
              + " the server's configuration, such as '%h %l %u %t \"%r\" %>s %b' of Apache or"
              + " '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent'"
              + " of NGINX");
    }
  }

  /**
   * Makes a parser of this format. What a LogFormat lacks is noticed here, so that a program asks
   * for a parser once before it relies on a format.
   *
   * @throws IllegalArgumentException if the text is a format without a status or a time
   */
  public AccessLineParser parser() {
    return switch (text) {
      case "common" -> new ByteAccessLineParser(false);
      case "combined", "nginx" -> new ByteAccessLineParser(true);
      default -> new LogFormatParser(text);
    };
  }

  private static boolean isName(String text) {
    return text.equals("common") || text.equals("combined") || text.equals("nginx");
  }
}
