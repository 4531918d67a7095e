package io.tailrace.sql.function;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.function.Function;
import org.junit.Test;

/**
 * A text has the same value wherever it is in memory: short ones are read by eight bytes at a time
 * where there are as many, with whatever is behind the text.
 */
public final class CastsTest {

  private static final int CASES = 300_000;
  private static final String LETTERS = "0123456789.";
  private static final String ODD = "-+e _/:Z";

  private final Random random = new Random(5);

  /** A text with others before and behind it. */
  private Text among(String text) {
    byte[] bytes = ("12" + text + LETTERS.substring(random.nextInt(11)) + "7.777777777").getBytes();
    Text among = new Text();
    among.set(bytes, 2, 2 + text.length());
    return among;
  }

  private static Text alone(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    Text alone = new Text();
    alone.set(bytes, 0, bytes.length);
    return alone;
  }

  private static Object value(Function<Text, Object> cast, Text text) {
    try {
      return cast.apply(text);
    } catch (ValueException e) {
      return e.getMessage();
    }
  }

  private int requireSame(String text, Function<Text, Object> cast) {
    Object value = value(cast, alone(text));
    assertThat(text, value(cast, among(text)), is(value));
    return value instanceof String ? 0 : 1;
  }

  private String digits() {
    StringBuilder digits = new StringBuilder();
    for (int i = random.nextInt(10); i >= 0; i--) {
      digits.append(LETTERS.charAt(random.nextInt(LETTERS.length() - random.nextInt(2))));
    }
    if (random.nextInt(4) == 0) {
      digits.setCharAt(random.nextInt(digits.length()), ODD.charAt(random.nextInt(ODD.length())));
    }
    return digits.toString();
  }

  @Test
  public void numbersOfFewDigits() {
    int numbers = 0;
    for (int i = 0; i < CASES; i++) {
      String text = digits();
      numbers += requireSame(text, Casts::toInteger);
      numbers += requireSame(text, Casts::toBigint);
      numbers += requireSame(text, Casts::toDouble);
      numbers += requireSame(text, any -> Casts.toDecimal(any, 12, 2));
      numbers += requireSame(text, any -> Casts.toDecimal(any, 4, 3));
      numbers += requireSame(text, any -> Casts.toDecimal(any, 18, 18));
      numbers += requireSame(text, any -> Casts.toDecimal(any, 6, 0));
    }
    assertThat(numbers, is(greaterThan(CASES)));
  }

  @Test
  public void datesAndTimesInTheirUsualForm() {
    for (int day = -30_000; day < 80_000; day++) {
      LocalDate date = LocalDate.ofEpochDay(day);
      LocalDateTime time = date.atTime(random.nextInt(24), random.nextInt(60), random.nextInt(60));
      assertThat(Casts.toDate(among(date.toString())), is(day));
      String text = date + (random.nextBoolean() ? "T" : " ") + "%tT".formatted(time);
      assertThat(
          text, Casts.toTimestamp(among(text)), is(time.toEpochSecond(ZoneOffset.UTC) * 1_000_000));
    }
    for (int i = 0; i < CASES; i++) {
      StringBuilder odd = new StringBuilder("2024-02-29 12:30:00");
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        String letters = random.nextBoolean() ? LETTERS : ODD;
        odd.setCharAt(
            random.nextInt(odd.length()), letters.charAt(random.nextInt(letters.length())));
      }
      requireSame(odd.toString(), Casts::toTimestamp);
      requireSame(odd.substring(0, 10), Casts::toDate);
      requireDate(odd.substring(0, 10));
    }
  }

  /** What has the usual form is a date exactly if there is such a day. */
  private void requireDate(String text) {
    if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
      Object expected;
      try {
        expected = (int) LocalDate.parse(text).toEpochDay();
      } catch (java.time.format.DateTimeParseException e) {
        expected = "'" + text + "' is not a DATE (YYYY-MM-DD)";
      }
      assertThat(value(Casts::toDate, among(text)), is(expected));
    }
  }
}
