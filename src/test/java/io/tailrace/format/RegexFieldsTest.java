package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.format.FieldReader.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/** Given a pattern, these are the columns of lines; the oracle is Java's own engine. */
public final class RegexFieldsTest {

  private static final Map<String, String> READY =
      Map.of("syslog_rfc3164", "syslog", "syslog_rfc5424", "syslog-rfc5424", "log4j", "log4j");

  private static LinePattern pattern(String text) {
    return LinePattern.of(Map.of(LinePattern.PROPERTY, text));
  }

  /** The columns of a line, or null if it is no record. */
  private static List<String> columns(RegexFields reader, int columns, String line) {
    byte[] bytes = ("before " + line + " behind").getBytes(StandardCharsets.UTF_8);
    if (reader.read(bytes, 7, bytes.length - 7).isPresent()) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      int from = reader.from(column);
      values.add(
          reader.content(column) == Content.NOTHING
              ? null
              : new String(
                  reader.bytes(column), from, reader.to(column) - from, StandardCharsets.UTF_8));
    }
    return values;
  }

  private static List<String> columns(String pattern, String line) {
    LinePattern compiled = pattern(pattern);
    List<String> groups = compiled.groups();
    return columns(new RegexFields(compiled, groups), groups.size(), line);
  }

  @Test
  public void groupsAreColumns() {
    String pattern = "(?P<host>\\S+) (?P<status>\\d{3})(?: (?P<rest>.*))?";
    assertThat(
        columns(pattern, "bücher.example 200 ok"), is(List.of("bücher.example", "200", "ok")));
    assertThat(columns(pattern, "a 404\r"), is(Arrays.asList("a", "404", null)));
    assertThat(columns(pattern, "a 404 "), is(List.of("a", "404", "")));
    assertThat(columns(pattern, "a 40"), is((Object) null));
    assertThat(columns("(?<b>x)?(?<a>y)?", "y"), is(Arrays.asList(null, "y")));
    assertThat(
        new RegexFields(pattern(pattern), List.of("HOST")).read(new byte[] {'a', -1}, 0, 2),
        is(Optional.of("not valid UTF-8")));
  }

  /** Lines of the samples, whole and damaged. */
  @Test
  public void readyPatternsMatchAsJavaDoes() throws Exception {
    Random random = new Random(8);
    for (Map.Entry<String, String> ready : READY.entrySet()) {
      LinePattern pattern = pattern(ready.getKey());
      List<String> groups = pattern.groups();
      RegexFields reader = new RegexFields(pattern, groups);
      Pattern oracle =
          Pattern.compile(
              pattern
                  .pattern()
                  .pattern()
                  .replace("(?P<", "(?<")
                  .replace("structured_data", "data"));
      int matches = 0;
      for (String sample : lines(Path.of("data", "examples", ready.getValue()))) {
        for (int times = 0; times < 200; times++) {
          String line = times == 0 ? sample : damaged(sample, random);
          Matcher matcher = oracle.matcher(line);
          List<String> expected = null;
          if (matcher.matches()) {
            matches++;
            expected = new ArrayList<>();
            for (String group : groups) {
              expected.add(matcher.group(group.replace("structured_data", "data")));
            }
          }
          assertThat(line, columns(reader, groups.size(), line), equalTo(expected));
        }
      }
      assertThat(ready.getKey(), matches, is(greaterThan(300)));
    }
  }

  private static List<String> lines(Path folder) throws Exception {
    List<String> lines = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }

  private static String damaged(String line, Random random) {
    StringBuilder damaged = new StringBuilder(line);
    for (int times = random.nextInt(3); times >= 0; times--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(3)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 ->
            damaged.insert(at, List.of(" ", "-", "é", "]", "[", ":", "\\").get(random.nextInt(7)));
        default -> damaged.setLength(Math.max(1, at));
      }
      if (damaged.isEmpty()) {
        damaged.append('-');
      }
    }
    return damaged.toString();
  }

  @Test
  public void aPatternThatIsHardForOthersTakesLinearTime() {
    String many = "a".repeat(5_000);
    assertThat(columns("(?P<x>(a*)*)b", many), is((Object) null));
    assertThat(columns("(?P<x>(a|a)*)", many), is(List.of(many)));
  }

  @Test
  public void whatCannotBeUsedIsSaid() {
    assertThat(
        problem(Map.of()),
        is(
            "TYPE regex needs a pattern: TBLPROPERTIES '{\"pattern\": \"(?P<host>\\\\S+) …\"}', or"
                + " log4j, syslog_rfc3164, syslog_rfc5424"));
    assertThat(problem(Map.of("pattern", "(?P<a>x")), is("pattern: missing closing ): `(?P<a>x`"));
    assertThat(
        problem(Map.of("pattern", "(?P<a>x)(?=y)")),
        is("pattern: invalid or unsupported Perl syntax: `(?=`"));
    assertThat(
        problem(Map.of("pattern", "syslog")),
        is(
            "pattern: it has no named group, like (?P<host>\\S+), and is none of log4j,"
                + " syslog_rfc3164, syslog_rfc5424"));
    assertThat(
        problem(Map.of("pattern", "(?P<a>x)", "patern", "x")),
        is("regex has no property 'patern'; there is pattern"));
  }

  private static String problem(Map<String, String> properties) {
    return assertThrows(PropertyException.class, () -> LinePattern.of(properties)).getMessage();
  }
}
