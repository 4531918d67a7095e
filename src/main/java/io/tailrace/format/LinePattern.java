package io.tailrace.format;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A regular expression for whole lines, whose named groups are columns. It is matched in time that
 * is linear in the line (<a href="https://github.com/google/re2j">RE2/J</a>), so it has neither
 * back-references nor look-around.
 *
 * @param pattern with at least one named group
 */
public record LinePattern(Pattern pattern) implements Serializable {

  /** The property of a table that has it. */
  public static final String PROPERTY = "pattern";

  /** Patterns that need not be written, by their names. */
  private static final Map<String, String> READY =
      new TreeMap<>(
          Map.of(
              // RFC 3164, section 4.1, as rsyslog and syslog-ng write files: most have no PRI, and
              // some a time of RFC 3339.
              "syslog_rfc3164",
              "(?:<(?P<pri>[0-9]{1,3})>)?"
                  + "(?P<timestamp>[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-\\S+)"
                  + " (?P<host>\\S+)"
                  + " (?:(?P<tag>[^\\s:\\[]+)(?:\\[(?P<pid>[0-9]+)\\])?: ?)?(?P<message>.*)",
              // RFC 5424, section 6: a hyphen is no value, and a BOM begins a text of UTF-8.
              "syslog_rfc5424",
              "<(?P<pri>[0-9]{1,3})>(?P<version>[0-9]{1,3})"
                  + " (?:-|(?P<timestamp>\\S+)) (?:-|(?P<host>\\S+)) (?:-|(?P<app>\\S+))"
                  + " (?:-|(?P<procid>\\S+)) (?:-|(?P<msgid>\\S+))"
                  + " (?:-|(?P<structured_data>(?:\\[(?:[^\\]\\\\]|\\\\.)*\\])+))"
                  + "(?: \\x{FEFF}?(?P<message>.*))?",
              // %d [%t] %-5level %logger - %msg: the default of Log4j 2 and Logback, whose %d is a
              // time; other settings have a date before it.
              "log4j",
              "(?P<timestamp>(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ T])?[0-9:]{8}(?:[.,][0-9]+)?)"
                  + " \\[(?P<thread>.*?)\\] (?P<level>[A-Z]+) +(?P<logger>\\S+) - (?P<message>.*)"));

  /**
   * Reads the properties of a table.
   *
   * @throws PropertyException if there is no pattern, or it cannot be used
   */
  public static LinePattern of(Map<String, String> properties) {
    for (String property : properties.keySet()) {
      if (!property.equals(PROPERTY)) {
        throw new PropertyException(
            property, String.format("regex has no property '%s'; there is pattern", property));
      }
    }
    String text = properties.get(PROPERTY);
    if (text == null) {
      throw new PropertyException(
          PROPERTY,
          "TYPE regex needs a pattern: TBLPROPERTIES '{\"pattern\": \"(?P<host>\\\\S+) …\"}', or "
              + String.join(", ", READY.keySet()));
    }
    String expression = READY.getOrDefault(text, text);
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new PropertyException(
          PROPERTY, String.format("pattern: %s: `%s`", e.getDescription(), e.getPattern()));
    }
    if (pattern.namedGroups().isEmpty()) {
      throw new PropertyException(
          PROPERTY,
          "pattern: it has no named group, like (?P<host>\\S+), and is none of "
              + String.join(", ", READY.keySet()));
    }
    return new LinePattern(pattern);
  }

  /** The names of the groups, in their order. */
  public List<String> groups() {
    return pattern.namedGroups().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The number of a group of a name, whatever its case, or -1. */
  public int group(String name) {
    return pattern.namedGroups().entrySet().stream()
        .filter(group -> group.getKey().equalsIgnoreCase(name))
        .mapToInt(Map.Entry::getValue)
        .findFirst()
        .orElse(-1);
  }
}
