package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Makes lines of access logs by chance, ordinary ones and others. */
final class AccessLines {

  private static final String[] HOSTS = {
    "10.12.0.7", "::1", "2001:db8::17", "client.example.net", "-", "", "\u00fc.example"
  };
  private static final String[] IDENTITIES = {"-", "-", "-", "47", "ident", ""};
  private static final String[] USERS = {
    "-",
    "-",
    "anna",
    "o.neill@example.org",
    "\"\"",
    "",
    "a b",
    "Jane Q Doe",
    " a",
    "a - b",
    "- a",
    "[a] b",
    "a [b",
    "- [12/Ma10.0.0.1 - -",
    "a [b \"c"
  };
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "sep",
    "OCT", "Mai"
  };
  private static final String[] ZONES = {
    "+0000", "-0000", "-0700", "+0530", "+1800", "+1801", "-1860", "|0000", "+9900"
  };
  private static final String[] REQUESTS = {
    "GET / HTTP/1.1",
    "GET /apache_pb.gif?a=b HTTP/1.0",
    "PROPFIND /a b  c HTTP/1.1",
    "M-SEARCH * HTTP/1.1",
    "get_ /x HTTP/10.25",
    "GET /old",
    "GET HTTP/1.1",
    "GET  HTTP/1.1",
    "GET /x HTTP/1.",
    "GET /x HTTP/.1",
    "GET /x HTTP/1.1 ",
    "GET /xHTTP/1.1",
    "GET /x https/1.1",
    "GET ",
    "GET",
    " GET /",
    "G3T / HTTP/1.1",
    "",
    "-",
    "- - -",
    "\\xb0\\x01",
    "\\n",
    "\\\\",
    "GET /\\\"a\\\" HTTP/1.1",
    "GET /x\\\" 200 5 ",
    "GET /x\" 200 5 \"y HTTP/1.1",
    "GET /\u4e2d\u2028\u0085 HTTP/1.1"
  };
  private static final String[] STATUSES = {
    "200", "200", "200", "500", "404", "000", "099", "600", "999", "20", "2000", "abc", "-", "",
    "2\"0"
  };
  private static final String[] SIZES = {
    "-",
    "0",
    "310",
    "2326",
    "500",
    "007",
    "9223372036854775807",
    "9223372036854775808",
    "-1",
    "--",
    "1k",
    ""
  };
  private static final String[] TEXTS = {
    "-",
    "",
    "--",
    "https://example.org/start.html",
    "Mozilla/5.0 (X11; Linux x86_64)",
    "a \\\"b\\\" c",
    "a \"b\" c",
    "a\" \"b",
    "\" \"",
    "\\\\",
    "\\",
    "\\\" ",
    "\" 200 5 \"",
    " ",
    "\u00e9\u2028\u0085",
    "tab\there"
  };
  private static final String[] PIECES = {
    "\"",
    "\"",
    "\\",
    "\\\"",
    "\\\\\"",
    "\" \"",
    "\" ",
    " \"",
    "[",
    "]",
    " ",
    "  ",
    "-",
    "\t",
    "\r",
    "\u000b",
    "\u007f",
    "\0",
    "\u00e9",
    "\u0085",
    "\u2028",
    "1",
    "200 5 \"",
    "\" 200 5"
  };

  private AccessLines() {}

  /** A line, of which most fields are ordinary. */
  private static String line(Random random, boolean combined) {
    String line =
        oneOf(random, HOSTS)
            + " "
            + oneOf(random, IDENTITIES)
            + " "
            + oneOf(random, USERS)
            + " ["
            + time(random)
            + "] \""
            + oneOf(random, REQUESTS)
            + "\" "
            + oneOf(random, STATUSES)
            + " "
            + oneOf(random, SIZES);
    return combined
        ? line + " \"" + oneOf(random, TEXTS) + "\" \"" + oneOf(random, TEXTS) + "\""
        : line;
  }

  /** A line that may have lost something, or got something. */
  static byte[] odd(Random random, boolean combined) {
    StringBuilder line = new StringBuilder(line(random, combined));
    for (int changes = random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(line.length() + 1);
      int to = Math.min(line.length(), at + 1 + random.nextInt(3));
      switch (random.nextInt(8)) {
        case 0 -> line.delete(at, to);
        case 1 -> line.insert(at, line.substring(at, to));
        case 2 -> line.replace(at, to, String.valueOf((char) (' ' + random.nextInt(95))));
        case 3 -> line.setLength(random.nextInt(4) == 0 ? at : line.length());
        case 4 -> line.append(oneOf(random, PIECES));
        default -> line.insert(at, PIECES[random.nextInt(PIECES.length)]);
      }
    }
    if (random.nextInt(10) == 0) {
      line.append('\r');
    }
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(20) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) (0x80 + random.nextInt(0x80));
    }
    return bytes;
  }

  private static String time(Random random) {
    boolean ordinary = random.nextInt(10) > 0;
    return String.format(
        "%02d/%s/%04d:%02d:%02d:%02d %s",
        random.nextInt(ordinary ? 28 : 40) + (ordinary ? 1 : 0),
        MONTHS[random.nextInt(ordinary ? 14 : MONTHS.length)],
        ordinary ? 1990 + random.nextInt(50) : random.nextInt(10_000),
        random.nextInt(ordinary ? 24 : 30),
        random.nextInt(ordinary ? 60 : 70),
        random.nextInt(ordinary ? 60 : 70),
        ordinary ? ZONES[random.nextInt(5)] : ZONES[random.nextInt(ZONES.length)]);
  }

  /** The first, which is ordinary, in three of four cases. */
  private static String oneOf(Random random, String[] texts) {
    return random.nextInt(4) > 0 ? texts[0] : texts[random.nextInt(texts.length)];
  }
}
