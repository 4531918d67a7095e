package io.tailrace.query;

import io.tailrace.options.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code --views}. */
public final class SavedViews {

  private static final Pattern VIEW =
      Pattern.compile(
          "\\s*([A-Za-z_]\\w*)\\s*:\\s*(SELECT\\s.+?|WITH\\s.+?)\\s*",
          Pattern.DOTALL + Pattern.CASE_INSENSITIVE);

  private SavedViews() {}

  /**
   * The SQL of views by their names, in their order.
   *
   * @param text {@code name: SELECT …}, several with semicolons, or null
   * @throws UsageException if it cannot be read
   */
  public static Map<String, String> parse(String text) {
    Map<String, String> views = new LinkedHashMap<>();
    for (String view : text == null ? new String[0] : text.split(";")) {
      if (!view.isBlank()) {
        Matcher matcher = VIEW.matcher(view);
        if (!matcher.matches()) {
          throw new UsageException(
              "--views: '" + view.strip() + "' cannot be used; write 'name: SELECT ...'");
        }
        views.put(matcher.group(1), matcher.group(2));
      }
    }
    return views;
  }
}
