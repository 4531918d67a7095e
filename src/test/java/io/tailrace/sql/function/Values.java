package io.tailrace.sql.function;

import io.tailrace.format.SqlType;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;

/** Makes values of a type: common ones, extreme ones, and texts that look like something. */
final class Values {

  private static final BigInteger MOST_HUGE =
      BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "abc",
          "ABC",
          "aBcDeF",
          "hello world",
          "  padded  ",
          "\ttab\t",
          "a%b",
          "a_b",
          "100%",
          "%",
          "_",
          "\\",
          "a\\%b",
          "é",
          "Éa",
          "ÄÖÜ",
          "straße",
          "ﬁ",
          "日本語",
          "😀x😀",
          "a,b,c",
          ",",
          ",,",
          "a,,b,",
          "aaa",
          "aaaa",
          "abab",
          "ab",
          "b",
          "Ǆ",
          "İ",
          "ı",
          "Σς",
          "x\u00a0",
          "\u2003y",
          "e\u0301a",
          "\n",
          "true",
          "1",
          "-1",
          "0");

  private static final List<Double> DOUBLES =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          0.5,
          -0.5,
          1.5,
          2.5,
          -2.5,
          0.1,
          0.3,
          1e15,
          1e16,
          1e17,
          123456789.0,
          1e-4,
          1e-5,
          1.23e-7,
          1e22,
          1e23,
          1e100,
          1e300,
          5e-324,
          Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          2147483647.0,
          2147483647.5,
          2147483648.0,
          -2147483648.0,
          -2147483648.5,
          -2147483649.0,
          9.007199254740993e15,
          9.223372036854775e18,
          9.223372036854775807e18,
          -9.223372036854775808e18,
          1e19,
          1.7e38,
          1.8e38,
          99.995,
          0.005,
          1.005,
          0.49999999999999994,
          1.0E23,
          8.41E21,
          2e-44,
          9.5,
          99.5);

  private final Random random;

  Values(long seed) {
    random = new Random(seed);
  }

  Object of(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> (int) number(Integer.MAX_VALUE);
      case BIGINT -> number(Long.MAX_VALUE);
      case HUGEINT -> huge();
      case DECIMAL -> decimal(type);
      case DOUBLE -> decimalOrDouble();
      case VARCHAR -> text();
      // Years -4713 to 9999, and now and then what DuckDB has beyond.
      case DATE ->
          random.nextInt(8) == 0
              ? random.nextInt()
              : random.nextInt(4) == 0
                  ? random.nextInt(5_000_000) - 2_440_588
                  : random.nextInt(40_000);
      case TIMESTAMP -> timestamp();
      case INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException("There is no column of " + type);
    };
  }

  private long number(long most) {
    return switch (random.nextInt(6)) {
      case 0 -> List.of(0L, 1L, -1L, most, -most - 1, most - 1, 2L, 10L).get(random.nextInt(8));
      case 1 -> most == Integer.MAX_VALUE ? random.nextInt() : random.nextLong();
      case 2 -> random.nextInt(10_000) * 5L - 25_000;
      default -> random.nextInt(41) - 20;
    };
  }

  private BigInteger huge() {
    return switch (random.nextInt(6)) {
      case 0 ->
          List.of(MOST_HUGE, MOST_HUGE.negate(), BigInteger.ZERO, BigInteger.TEN)
              .get(random.nextInt(4));
      case 1 -> new BigInteger(127, random).subtract(new BigInteger(127, random));
      case 2 -> new BigInteger(70, random).negate();
      default -> BigInteger.valueOf(number(Long.MAX_VALUE));
    };
  }

  private Object decimal(SqlType type) {
    BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    BigInteger unscaled =
        switch (random.nextInt(5)) {
          case 0 -> random.nextBoolean() ? most : most.negate();
          case 1 -> new BigInteger(most.bitLength(), random).mod(most);
          case 2 -> new BigInteger(most.bitLength(), random).mod(most).negate();
          default -> BigInteger.valueOf(random.nextInt(4001) * 5L - 10_000).remainder(most);
        };
    return type.isShortDecimal() ? (Object) unscaled.longValueExact() : unscaled;
  }

  private double decimalOrDouble() {
    return switch (random.nextInt(5)) {
      case 0 -> DOUBLES.get(random.nextInt(DOUBLES.size()));
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> random.nextGaussian() * 1000;
      case 3 -> random.nextInt(2001) - 1000;
      default -> (random.nextInt(200_001) - 100_000) / 1000.0;
    };
  }

  private long timestamp() {
    return switch (random.nextInt(6)) {
      case 0 ->
          List.of(0L, 1L, -1L, 86_400_000_000L, -86_400_000_000L, 951_782_400_000_000L)
              .get(random.nextInt(6));
      case 1 -> random.nextLong() / 2;
      case 2 -> (random.nextInt(5_000_000) - 2_440_588) * 86_400_000_000L + random.nextInt();
      case 3 -> random.nextInt(2_000_000_000) * 1_000_000L;
      default -> random.nextInt(2_000_000_000) * 1_000_000L + random.nextInt(1_000_000);
    };
  }

  private String text() {
    if (random.nextInt(3) > 0) {
      return TEXTS.get(random.nextInt(TEXTS.size()));
    }
    StringBuilder text = new StringBuilder();
    String alphabet = "aabbcAB,_% é日😀";
    int[] points = alphabet.codePoints().toArray();
    for (int n = random.nextInt(9); n > 0; n--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  /** A text that is, or nearly is, a value of a type. */
  String textOf(SqlType type) {
    String text =
        switch (type.kind()) {
          case BOOLEAN ->
              pick(
                  "true", "false", "TRUE", "t", "F", "yes", "no", "on", "OFF", "1", "0", "2", "y",
                  "n", "tru", "", " true", "maybe");
          case DATE -> random.nextInt(4) == 0 ? timestampText() : dateText();
          case TIMESTAMP -> timestampText();
          default -> numberText(type);
        };
    if (random.nextInt(10) == 0) {
      text = pick(" ", "\t", "  ", "\n", "x", "+", "-", "'") + text;
    }
    if (random.nextInt(10) == 0) {
      text = text + pick(" ", "\t", "  ", "x", ".", "e", "_", "0", "é", " x");
    }
    return text;
  }

  private String pick(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private String digits(int most) {
    StringBuilder digits = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      digits.append((char) ('0' + (random.nextInt(4) == 0 ? 9 : random.nextInt(10))));
    }
    return digits.toString();
  }

  private String numberText(SqlType type) {
    switch (random.nextInt(12)) {
      case 0 -> {
        return pick(
            "nan",
            "inf",
            "-inf",
            "Infinity",
            "+inf",
            "NaN",
            "-nan",
            "nan(1)",
            "infinit",
            "1e400",
            "-1e400",
            "1e-400",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "170141183460469231731687303715884105727",
            "170141183460469231731687303715884105728",
            "-170141183460469231731687303715884105728",
            "-170141183460469231731687303715884105729",
            "2147483647.4",
            "2147483647.5",
            "99.995",
            "999.5",
            "-0",
            "0",
            "00",
            "",
            ".",
            "-",
            "+",
            "e5",
            "- ",
            "1e ",
            "1e+ ");
      }
      case 1 -> {
        return pick(
            "0x1F",
            "0XfF",
            "0b101",
            "0x",
            "0b2",
            "0x1_0",
            "-0x1",
            "1_000",
            "1__0",
            "_1",
            "1_",
            "1_0.2_5",
            "0x7fffffff",
            "0xffffffff",
            "0x7fffffffffffffff",
            "1e1_0",
            "1_e5");
      }
      case 2, 3 -> {
        return pick("", "-", "+")
            + digits(4)
            + pick("", ".")
            + digits(4)
            + pick("e", "E")
            + pick("", "-", "+")
            + digits(2);
      }
      case 4 -> {
        return pick("", "-") + digits(25) + pick("", ".") + digits(25);
      }
      case 5 -> {
        return pick("", "-") + digits(45);
      }
      case 6 -> {
        return Double.toString(decimalOrDouble());
      }
      default -> {
        return pick("", "", "-", "+") + digits(6) + pick("", ".", ".") + digits(5);
      }
    }
  }

  private String timestampText() {
    return dateText() + pick("", " ", "T", "  ", "t") + timeText() + zoneText();
  }

  private String dateText() {
    if (random.nextInt(12) == 0) {
      return pick(
          "epoch",
          "2024-02-30",
          "2023-02-29",
          "0000-01-01",
          "-0044-03-15",
          "0044-03-15 (BC)",
          "5881580-07-10",
          "5881580-07-11",
          "-5877641-06-25",
          "1-1-1",
          "",
          "2024",
          "2024-01",
          "20240101",
          "294247-01-10",
          "294247-01-09",
          "-290308-12-22",
          "2024-1-1 (bc)",
          "24-01-01",
          "2024-01-01-01",
          "2024-01-011");
    }
    int year = random.nextInt(4) == 0 ? random.nextInt(10_000) : 1950 + random.nextInt(100);
    int month = random.nextInt(20) == 0 ? random.nextInt(14) : 1 + random.nextInt(12);
    int day = random.nextInt(10) == 0 ? random.nextInt(33) : 1 + random.nextInt(28);
    String separator = pick("-", "-", "-", "-", "/", " ", "\\", ".");
    String form = random.nextInt(4) == 0 ? "%d" : "%02d";
    return String.format("%04d", year)
        + separator
        + String.format(form, month)
        + (random.nextInt(20) == 0 ? "-" : separator)
        + String.format(form, day);
  }

  private String timeText() {
    int hour = random.nextInt(20) == 0 ? random.nextInt(30) : random.nextInt(24);
    int minute = random.nextInt(20) == 0 ? random.nextInt(70) : random.nextInt(60);
    int second = random.nextInt(20) == 0 ? random.nextInt(70) : random.nextInt(60);
    String form = random.nextInt(6) == 0 ? "%d" : "%02d";
    String time = String.format(form + ":" + form, hour, minute);
    return switch (random.nextInt(8)) {
      case 0 -> time;
      case 1 -> pick("", "12", "24:00:00", "24:00:01", "12:", "12:30:", "1:2:3", "12:30Z");
      case 2, 3 -> time + String.format(":" + form, second) + "." + digits(9);
      default -> time + String.format(":" + form, second);
    };
  }

  private String zoneText() {
    return random.nextInt(2) == 0
        ? ""
        : pick(
            "Z",
            "z",
            "+00",
            "+01:00",
            "-0530",
            "+02:30",
            " UTC",
            " utc",
            " +02",
            " GMT",
            "+1",
            "+01:0",
            "+99:99",
            " ",
            "Z ",
            "+00:00 ",
            "+01:00:00",
            " Z",
            "UTC");
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
