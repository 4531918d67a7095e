package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/**
 * Of random lines, the parser of bytes, the parser of any LogFormat and a regular expression make
 * the same.
 */
@RunWith(Parameterized.class)
public final class AccessParsersAgreeTest {

  private static final int LINES = 20_000;

  /** A character that no line has and that is nothing special to any of them. */
  private static final char HIDDEN_QUOTE = '\u0001';

  private static final Pattern ESCAPED_QUOTE =
      Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\\"", Pattern.DOTALL);

  /** White space as of {@link Character#isWhitespace} in ASCII, without U+001C to U+001F. */
  private static final String WORD = "[^ \t\n\u000b\f\r]";

  private static final Pattern COMMON =
      Pattern.compile(
          "("
              + WORD
              + "*) ("
              + WORD
              + "+) ([^\r]*?)"
              + " \\[(\\d\\d/\\w{3}/[1-9]\\d{3}:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d"
              + " [+-](?:0\\d[0-5]\\d|1[0-7][0-5]\\d|1800))\\]"
              + " \"([^\r]*)\" (\\d{3}) (\\d+|-)\r?",
          Pattern.DOTALL);

  private static final Pattern COMBINED =
      Pattern.compile(
          COMMON.pattern().replaceFirst("\r\\?$", "") + " \"([^\r]*?)\" \"([^\r]*)\"\r?",
          Pattern.DOTALL);

  private static final Pattern REQUEST =
      Pattern.compile("([A-Za-z_-]+) (?:(.*) (HTTP/\\d+\\.\\d+)|(.*))", Pattern.DOTALL);

  /** Of what comes before the host, or before a time that is none. */
  private static final Pattern HYPHEN = Pattern.compile("(^|.* )-( .*|$)", Pattern.DOTALL);

  private static final Pattern BRACKET = Pattern.compile("(^|.* )\\[.*", Pattern.DOTALL);

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("dd/MMM/uuuu:HH:mm:ss xx")
          .toFormatter(Locale.US)
          .withResolverStyle(ResolverStyle.STRICT);

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
  private int blankUsers;

  @Test
  public void allMakeTheSameOfALine() {
    boolean combined = format.equals("combined");
    AccessLineParser parser = new AccessLogFormat(format).parser();
    AccessLineParser ofLogFormat =
        new LogFormatParser(
            LineLayout.parse(combined ? AccessLogFormat.COMBINED : AccessLogFormat.COMMON));
    Random random = new Random(seed);
    for (int i = 0; i < LINES; i++) {
      // One in ten is a line of the other format.
      byte[] line = AccessLines.odd(random, combined ^ random.nextInt(10) == 0);
      String text = new String(line, StandardCharsets.ISO_8859_1);
      List<Object> expected = expected(text, combined);
      assertThat(text, fields(parser, line), is(expected));
      assertThat(text, fields(ofLogFormat, line), is(expected));
      records += expected.isEmpty() ? 0 : 1;
      Object user = expected.isEmpty() ? null : expected.get(AccessField.USER.ordinal());
      blankUsers += user != null && user.toString().contains(" ") ? 1 : 0;
    }
    assertThat(records, is(greaterThan(LINES / 5)));
    assertThat(LINES - records, is(greaterThan(LINES / 5)));
    assertThat(blankUsers, is(greaterThan(LINES / 50)));
  }

  private static List<Object> expected(String line, boolean combined) {
    Matcher escaped = ESCAPED_QUOTE.matcher(line);
    StringBuilder hidden = new StringBuilder(line);
    while (escaped.find()) {
      hidden.setCharAt(escaped.end() - 1, HIDDEN_QUOTE);
    }
    Matcher match = (combined ? COMBINED : COMMON).matcher(hidden);
    if (!match.matches() || !isUser(match.group(3), match.group(2))) {
      return List.of();
    }
    List<Object> fields = new ArrayList<>();
    for (int group = 1; group <= 3; group++) {
      fields.add(field(match.group(group)));
    }
    Matcher request = REQUEST.matcher(match.group(5));
    boolean isRequest = request.matches();
    for (int group = 1; group <= 3; group++) {
      String part = isRequest ? request.group(group) : null;
      String path = isRequest && group == 2 && part == null ? request.group(4) : part;
      fields.add(path == null || path.isEmpty() ? null : shown(path));
    }
    fields.add(combined ? field(match.group(8)) : null);
    fields.add(combined ? field(match.group(9)) : null);
    try {
      fields.add(OffsetDateTime.parse(match.group(4), TIME).toInstant().toEpochMilli());
    } catch (DateTimeParseException e) {
      return List.of();
    }
    fields.add(Integer.parseInt(match.group(6)));
    BigInteger bytes =
        match.group(7).equals("-") ? BigInteger.ONE.negate() : new BigInteger(match.group(7));
    fields.add(bytes.longValue());
    return bytes.bitLength() > 63 ? List.of() : fields;
  }

  private static boolean isUser(String user, String identity) {
    boolean hasBracket = BRACKET.matcher(user).matches();
    return !user.contains(" ")
        || !(HYPHEN.matcher(user).matches() && (!identity.equals("-") || hasBracket)
            || user.contains("\"") && hasBracket);
  }

  private static String field(String text) {
    return text.isEmpty() || text.equals("-") ? null : shown(text);
  }

  private static String shown(String text) {
    return text.replace(HIDDEN_QUOTE, '"');
  }

  /** All fields, or none if the line is no record. */
  private static List<Object> fields(AccessLineParser parser, byte[] line) {
    byte[] among = Arrays.copyOf(line, line.length + 9);
    Arrays.fill(among, line.length, among.length, (byte) '"');
    List<Object> fields = new ArrayList<>();
    if (parser.parse(among, 0, line.length).isEmpty()) {
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
        parser.buffer(field), from, parser.to(field) - from, StandardCharsets.ISO_8859_1);
  }
}
