package io.tailrace.demo;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes access logs in the combined format: a sample file, and as many others as one likes.
 *
 * <p>They are like the log of a small service that is mostly asked by one other: nine in ten lines
 * are of one host, half of them are exact copies of a line shortly before, and one in ten of the
 * others is up to five minutes late. Of 100,000 requests 85,398 end well and 14,083 with status
 * 500; 14 are no proper request.
 */
public final class AccessLogGenerator {

  /** The name of the sample file. */
  public static final String SAMPLE_NAME = "access.log";

  /** When the first file begins. */
  private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");

  private static final int MILLIS_A_LINE = 100;
  private static final int LONGEST_DELAY_SECONDS = 300;
  private static final int COPIES_IN_100_LINES = 48;
  private static final int LINES_A_LATE_ONE = 10;
  private static final int LINES_AN_IMPROPER_ONE = 7_000;
  private static final int LINES_A_USER = 50;
  private static final int LINES_WITHOUT_BYTES = 100;

  private static final byte[][] STATUSES =
      texts("200", "500", "301", "304", "404", "302", "400", "405");

  /** Of 100,000 lines, how many have this status or one before it. */
  private static final int[] STATUS_LIMITS = {
    85_398, 99_481, 99_837, 99_958, 99_992, 99_995, 99_998, 100_000
  };

  private static final int NOT_MODIFIED = 3;

  private static final byte[] BUSY_HOST = text("10.12.0.7");
  private static final byte[][] HOSTS =
      Stream.concat(
              IntStream.range(0, 240)
                  .mapToObj(i -> "203.0.113." + (i + 1))
                  .map(AccessLogGenerator::text),
              IntStream.range(0, 16)
                  .mapToObj(i -> "2001:db8:0:" + Integer.toHexString(i + 1) + "::17")
                  .map(AccessLogGenerator::text))
          .toArray(byte[][]::new);
  private static final byte[][] USERS = texts("anna", "deploy", "o.neill@example.org");
  private static final byte[][] REQUESTS =
      texts(
          "GET /api/v2/status HTTP/1.1",
          "GET /api/v2/orders?state=open&limit=50 HTTP/1.1",
          "POST /api/v2/orders HTTP/1.1",
          "GET /api/v2/customers?since=2026-03-01 HTTP/1.1",
          "PUT /api/v2/customers/42/address HTTP/1.1",
          "GET /api/v2/stock HTTP/1.1",
          "DELETE /api/v2/carts/current HTTP/1.1",
          "GET / HTTP/1.1",
          "GET /index.html HTTP/1.0",
          "GET /static/app.js HTTP/2.0",
          "GET /static/style.css HTTP/2.0",
          "GET /search?q=water%20wheel HTTP/1.1",
          "GET /health HTTP/1.1",
          "OPTIONS * HTTP/1.1");
  private static final byte[][] NUMBERED_REQUESTS =
      texts("GET /api/v2/orders/", "GET /api/v2/customers/", "PATCH /api/v2/orders/");
  private static final byte[] HTTP_1_1 = text(" HTTP/1.1");
  private static final byte[][] IMPROPER_REQUESTS =
      texts(
          "",
          "-",
          "GET",
          "GET /a\\\"b HTTP/1.1",
          "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03",
          "\\xb0\\x01");
  private static final byte[][] REFERERS =
      texts("-", "-", "-", "https://shop.example.org/", "https://shop.example.org/orders?page=2");
  private static final byte[][] AGENTS =
      texts(
          "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
              + " Chrome/126.0.0.0 Safari/537.36",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
              + " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
              + " like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
          "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
          "Apache-HttpClient/5.3.1 (Java/17.0.15)",
          "curl/8.5.0",
          "probe \\\"north\\\" (every 30 s)");

  private AccessLogGenerator() {}

  /** The sample file's text, always the same: ordinary lines, odd ones, and some that are none. */
  public static String sample() {
    Lines lines = new Lines(new SplittableRandom(15), START.toEpochMilli(), 20_000);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 168; i++) {
      lines.add();
    }
    new String(lines.buffer, 0, lines.size, StandardCharsets.UTF_8).lines().forEach(all::add);
    SplittableRandom random = new SplittableRandom(6);
    for (String line : AccessLogSample.ODD) {
      all.add(random.nextInt(all.size() + 1), line);
    }
    for (String line : AccessLogSample.NO_RECORDS) {
      all.add(random.nextInt(all.size() + 1), line);
    }
    return String.join("\n", all) + "\n" + AccessLogSample.CUT;
  }

  /**
   * Makes the sample file appear in a folder, whole.
   *
   * @param name what it is called there
   */
  public static void deliverSampleTo(String name, Folder folder) throws IOException {
    byte[] bytes = sample().getBytes(StandardCharsets.UTF_8);
    folder.write(name, folder, out -> out.write(bytes));
  }

  /**
   * Writes files of random lines, the same ones for the same arguments. A file goes on where the
   * one before it ends.
   *
   * @param folder where to; made if it is not there
   * @param files how many files
   * @param lines how many lines in each
   * @param seed chooses the lines
   */
  public static void write(Path folder, int files, int lines, long seed) throws IOException {
    Files.createDirectories(folder);
    for (int file = 0; file < files; file++) {
      Path path = folder.resolve(String.format("access-%05d.log", file));
      long start = START.toEpochMilli() + (long) file * lines * MILLIS_A_LINE;
      Lines made = new Lines(new SplittableRandom(seed + file), start, MILLIS_A_LINE);
      try (OutputStream out = Files.newOutputStream(path)) {
        for (int line = 0; line < lines; line++) {
          if (made.isFull()) {
            made.flush(out);
          }
          made.add();
        }
        made.flush(out);
      }
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[][] texts(String... texts) {
    return Stream.of(texts).map(AccessLogGenerator::text).toArray(byte[][]::new);
  }

  /** Lines in a buffer. */
  private static final class Lines {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int LONGEST_LINE_BYTES = 1 << 10;

    private static final DateTimeFormatter DATE =
        DateTimeFormatter.ofPattern("dd/MMM/uuuu:", Locale.US);

    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Where the last lines end; a power of two. */
    private final int[] ends = new int[1 << 3];

    private final SplittableRandom random;
    private final int millisALine;
    private int size;
    private int count;
    private long millis;
    private long day = Long.MIN_VALUE;
    private byte[] date;

    Lines(SplittableRandom random, long millis, int millisALine) {
      this.random = random;
      this.millis = millis;
      this.millisALine = millisALine;
    }

    boolean isFull() {
      return size + LONGEST_LINE_BYTES > buffer.length;
    }

    void flush(OutputStream out) throws IOException {
      out.write(buffer, 0, size);
      size = 0;
      count = 0;
    }

    void add() {
      millis += random.nextInt(2 * millisALine);
      if (count > 2 && random.nextInt(100) < COPIES_IN_100_LINES) {
        // One of those whose end, and the end of the line before, are known.
        int line = count - 1 - random.nextInt(Math.min(count, ends.length) - 1);
        int from = end(line - 1);
        int length = end(line) - from;
        System.arraycopy(buffer, from, buffer, size, length);
        size += length;
      } else {
        make();
      }
      ends[count++ & ends.length - 1] = size;
    }

    private int end(int line) {
      return ends[line & ends.length - 1];
    }

    private void make() {
      put(random.nextInt(10) > 0 ? BUSY_HOST : oneOf(HOSTS));
      put(' ', '-', ' ');
      if (random.nextInt(LINES_A_USER) == 0) {
        put(oneOf(USERS));
      } else {
        put('-');
      }
      put(' ', '[');
      boolean late = random.nextInt(LINES_A_LATE_ONE) == 0;
      putTime(millis / 1_000 - (late ? random.nextInt(LONGEST_DELAY_SECONDS) : 0));
      put(' ', '+', '0', '0', '0', '0', ']', ' ', '"');
      putRequest();
      put('"', ' ');
      int status = status(random.nextInt(STATUS_LIMITS[STATUS_LIMITS.length - 1]));
      put(STATUSES[status]);
      put(' ');
      if (status == NOT_MODIFIED || random.nextInt(LINES_WITHOUT_BYTES) == 0) {
        put('-');
      } else {
        putNumber(100 + random.nextInt(random.nextInt(10) > 0 ? 900 : 200_000));
      }
      put(' ', '"');
      put(oneOf(REFERERS));
      put('"', ' ', '"');
      put(oneOf(AGENTS));
      put('"', '\n');
    }

    private void putRequest() {
      if (random.nextInt(LINES_AN_IMPROPER_ONE) == 0) {
        put(oneOf(IMPROPER_REQUESTS));
      } else if (random.nextInt(4) > 0) {
        put(oneOf(REQUESTS));
      } else {
        put(oneOf(NUMBERED_REQUESTS));
        putNumber(random.nextInt(10_000));
        put(HTTP_1_1);
      }
    }

    private void putTime(long seconds) {
      long secondsADay = 24 * 60 * 60;
      if (day != Math.floorDiv(seconds, secondsADay)) {
        day = Math.floorDiv(seconds, secondsADay);
        date = text(DATE.format(LocalDate.ofEpochDay(day)));
      }
      put(date);
      int second = (int) Math.floorMod(seconds, secondsADay);
      putTwoDigits(second / 3_600);
      put(':');
      putTwoDigits(second / 60 % 60);
      put(':');
      putTwoDigits(second % 60);
    }

    private void putTwoDigits(int number) {
      put((char) ('0' + number / 10), (char) ('0' + number % 10));
    }

    private void putNumber(int number) {
      if (number >= 10) {
        putNumber(number / 10);
      }
      put((char) ('0' + number % 10));
    }

    private void put(byte[] text) {
      System.arraycopy(text, 0, buffer, size, text.length);
      size += text.length;
    }

    private void put(char... characters) {
      for (char character : characters) {
        buffer[size++] = (byte) character;
      }
    }

    private byte[] oneOf(byte[][] texts) {
      return texts[random.nextInt(texts.length)];
    }

    private static int status(int number) {
      int status = 0;
      while (number >= STATUS_LIMITS[status]) {
        status++;
      }
      return status;
    }
  }
}
