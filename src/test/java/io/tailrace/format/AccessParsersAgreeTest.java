package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/**
 * Of random lines, the parser of bytes and the library make the same. Where the one is documented
 * to deviate, the library gets the line without what it would take otherwise.
 */
@RunWith(Parameterized.class)
public final class AccessParsersAgreeTest {

  private static final int LINES = 3_000;

  /** A character that no line has and that is nothing special to either parser. */
  private static final char HIDDEN_QUOTE = '\u0001';

  private static final Pattern ESCAPED_QUOTE =
      Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\\"", Pattern.DOTALL);
  private static final Pattern WORDS = Pattern.compile("^(\\S*) (\\S+) (.*)$", Pattern.DOTALL);

  @Parameterized.Parameters(name = "{0}, seed {1}")
  public static List<Object[]> formats() {
    return Stream.of("common", "combined")
        .flatMap(format -> Stream.of(1L, 2L, 3L).map(seed -> new Object[] {format, seed}))
        .toList();
  }

  @Parameterized.Parameter public String format;

  @Parameterized.Parameter(1)
  public long seed;

  private int records;
  private int deviations;

  @Test
  public void bothMakeTheSameOfALine() {
    boolean combined = format.equals("combined");
    AccessLineParser parser = new AccessLogFormat(format).parser();
    AccessLineParser library =
        new AccessLogFormat(combined ? AccessLines.COMBINED : AccessLines.COMMON).parser();
    Random random = new Random(seed);
    for (int line = 0; line < LINES; line++) {
      // One in ten is a line of the other format.
      compare(parser, library, AccessLines.odd(random, combined ^ random.nextInt(10) == 0));
    }
    assertThat(records, is(greaterThan(LINES / 5)));
    assertThat(LINES - records, is(greaterThan(LINES / 5)));
    assertThat(deviations, is(greaterThan(LINES / 500)));
  }

  private void compare(AccessLineParser parser, AccessLineParser library, byte[] line) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    byte[] hidden = hideDeviations(text).getBytes(StandardCharsets.ISO_8859_1);
    List<Object> expected = fields(library, hidden);
    List<Object> actual = fields(parser, line);
    Matcher words = WORDS.matcher(text);
    if (!expected.isEmpty() && words.matches()) {
      String identity = words.group(2);
      expected.set(AccessField.IDENTITY.ordinal(), identity.equals("-") ? null : identity);
    }
    assertThat(text, actual, is(expected));
    records += actual.isEmpty() ? 0 : 1;
    deviations += Arrays.equals(line, hidden) || actual.equals(fields(library, line)) ? 0 : 1;
  }

  /** What the Javadoc of {@link ByteAccessLineParser} lists. */
  private static String hideDeviations(String text) {
    Matcher escaped = ESCAPED_QUOTE.matcher(text);
    StringBuilder hidden = new StringBuilder(text);
    while (escaped.find()) {
      hidden.setCharAt(escaped.end() - 1, HIDDEN_QUOTE);
    }
    return WORDS.matcher(hidden).replaceFirst("$1 - $3");
  }

  /** All fields, or none if the line is no record. */
  private static List<Object> fields(AccessLineParser parser, byte[] line) {
    byte[] among = Arrays.copyOf(line, line.length + 9);
    Arrays.fill(among, line.length, among.length, (byte) '"');
    List<Object> fields = new ArrayList<>();
    if (parser.parse(among, 0, line.length) == null) {
      for (AccessField field : AccessField.values()) {
        fields.add(parser.isAbsent(field) ? null : verbatim(parser, field));
      }
      fields.add(parser.timeMillis());
      fields.add(parser.status());
      fields.add(parser.bytes());
    }
    return fields;
  }

  private static String verbatim(AccessLineParser parser, AccessField field) {
    int from = parser.from(field);
    return new String(
            parser.buffer(field), from, parser.to(field) - from, StandardCharsets.ISO_8859_1)
        .replace(HIDDEN_QUOTE, '"');
  }
}
