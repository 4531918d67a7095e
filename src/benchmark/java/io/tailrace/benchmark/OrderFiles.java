package io.tailrace.benchmark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A generator of random orders with ten fields of different types, the same ones for the same
 * number, in files of a million each. They are in the order of time, as a shop writes them down. A
 * few notes have a comma or quotes in them, and are quoted in CSV. Weights are multiples of a
 * sixteenth, so that their sums are exact as doubles, in whatever order they are added.
 */
final class OrderFiles {

  /** How an order is written. */
  enum Format {
    CSV("csv", " ", "", ",", ",", ",", ",", ",", ",", ",", ",", ",", "\n"),
    JSON(
        "json",
        "T",
        "{\"order_id\":",
        ",\"ordered\":\"",
        "Z\",\"customer\":\"",
        "\",\"country\":\"",
        "\",\"quantity\":",
        ",\"amount\":",
        ",\"weight\":",
        ",\"express\":",
        ",\"delivery\":\"",
        "\",\"note\":",
        "}\n");

    private final String option;
    private final byte[] beforeTime;
    private final byte[][] aroundFields;

    Format(String option, String beforeTime, String... aroundFields) {
      this.option = option;
      this.beforeTime = bytes(beforeTime);
      this.aroundFields = Stream.of(aroundFields).map(OrderFiles::bytes).toArray(byte[][]::new);
    }

    /** Its name in options, and how the names of files end. */
    String option() {
      return option;
    }

    private byte[] note(String text) {
      if (text.isEmpty()) {
        return bytes(this == JSON ? "null" : "");
      }
      boolean quoted = this == JSON || text.contains(",") || text.contains("\"");
      String escaped = text.replace("\"", this == JSON ? "\\\"" : "\"\"");
      return bytes(quoted ? '"' + escaped + '"' : text);
    }
  }

  static final int ORDERS_A_FILE = 1_000_000;

  private static final long SEED = 42;
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 1);
  private static final int DAYS = 30;
  private static final int LATEST_DELIVERY = 14;
  private static final int SECONDS_A_DAY = 86_400;
  private static final int MOST_ARTICLES = 20;
  private static final int CENTS = 200_000;
  private static final int EXPRESS_PERCENT = 30;
  private static final int LONGEST_LINE = 512;

  private static final byte[][] COUNTRIES =
      Stream.of("DE FR US GB IT ES PL NL SE JP AT BE CH CZ DK FI IE NO PT RO".split(" "))
          .map(OrderFiles::bytes)
          .toArray(byte[][]::new);
  private static final byte[][] CUSTOMERS = each(10_000, number -> "c" + number);
  private static final byte[][] WEIGHTS = each(480, number -> String.valueOf((number + 1) / 16.0));
  private static final byte[][] DATES =
      each(DAYS + LATEST_DELIVERY + 1, day -> FIRST_DAY.plusDays(day).toString());
  private static final byte[][] TWO_DIGITS = each(100, "%02d"::formatted);
  private static final byte[] COLON = bytes(":");
  private static final byte[] POINT = bytes(".");
  private static final byte[] TRUE = bytes("true");
  private static final byte[] FALSE = bytes("false");

  private static final List<String> NOTES =
      List.of(
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          "ok",
          "none",
          "call first",
          "ring twice",
          "late delivery",
          "leave at the door",
          "for Zoë",
          "gift",
          "2 parcels",
          "gift, wrapped",
          "second floor, on the left",
          "say \"hello\", then wait");

  private final Format format;
  private final int orders;
  private final byte[][] notes;

  private OrderFiles(Format format, int orders) {
    this.format = format;
    this.orders = orders;
    this.notes = NOTES.stream().map(format::note).toArray(byte[][]::new);
  }

  static int files(int orders) {
    return (orders - 1) / ORDERS_A_FILE + 1;
  }

  /** Writes files, each in one thread, as many at a time as there are cores. */
  static void write(Path folder, Format format, int orders)
      throws IOException, InterruptedException {
    OrderFiles all = new OrderFiles(format, orders);
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Callable<Void>> files = new ArrayList<>();
      for (int file = 0; file < files(orders); file++) {
        int number = file;
        files.add(
            () -> {
              all.write(folder, number);
              return null;
            });
      }
      for (Future<Void> file : threads.invokeAll(files)) {
        file.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("The input cannot be written", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private void write(Path folder, int file) throws IOException {
    Path path = folder.resolve("orders-%05d.%s".formatted(file, format.option));
    int first = file * ORDERS_A_FILE;
    int end = Math.min(orders, first + ORDERS_A_FILE);
    SplittableRandom random = new SplittableRandom(SEED + file);
    try (OutputStream out = Files.newOutputStream(path)) {
      Buffer buffer = new Buffer(out);
      for (int order = first; order < end; order++) {
        write(order, random, buffer);
      }
      buffer.flush();
    }
  }

  private void write(int order, SplittableRandom random, Buffer out) throws IOException {
    byte[][] around = format.aroundFields;
    long second = (long) order * DAYS * SECONDS_A_DAY / orders;
    int day = (int) (second / SECONDS_A_DAY);
    int time = (int) (second % SECONDS_A_DAY);
    int cents = random.nextInt(CENTS);
    out.makeRoom();
    out.put(around[0]);
    out.put(order);
    out.put(around[1]);
    out.put(DATES[day]);
    out.put(format.beforeTime);
    out.put(TWO_DIGITS[time / 3_600]);
    out.put(COLON);
    out.put(TWO_DIGITS[time / 60 % 60]);
    out.put(COLON);
    out.put(TWO_DIGITS[time % 60]);
    out.put(around[2]);
    out.put(any(CUSTOMERS, random));
    out.put(around[3]);
    out.put(any(COUNTRIES, random));
    out.put(around[4]);
    out.put(1 + random.nextInt(MOST_ARTICLES));
    out.put(around[5]);
    out.put(cents / 100);
    out.put(POINT);
    out.put(TWO_DIGITS[cents % 100]);
    out.put(around[6]);
    out.put(any(WEIGHTS, random));
    out.put(around[7]);
    out.put(random.nextInt(100) < EXPRESS_PERCENT ? TRUE : FALSE);
    out.put(around[8]);
    out.put(DATES[day + 1 + random.nextInt(LATEST_DELIVERY)]);
    out.put(around[9]);
    out.put(any(notes, random));
    out.put(around[10]);
  }

  private static byte[] any(byte[][] texts, SplittableRandom random) {
    return texts[random.nextInt(texts.length)];
  }

  private static byte[][] each(int count, IntFunction<String> text) {
    return IntStream.range(0, count).mapToObj(text).map(OrderFiles::bytes).toArray(byte[][]::new);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes on their way to a file. */
  private static final class Buffer {

    private final OutputStream out;
    private final byte[] bytes = new byte[1 << 18];
    private int size;

    private Buffer(OutputStream out) {
      this.out = out;
    }

    /** Makes room for a line. */
    private void makeRoom() throws IOException {
      if (bytes.length - size < LONGEST_LINE) {
        flush();
      }
    }

    private void put(byte[] text) {
      System.arraycopy(text, 0, bytes, size, text.length);
      size += text.length;
    }

    private void put(int number) {
      int digits = 1;
      for (int rest = number; rest > 9; rest /= 10) {
        digits++;
      }
      int rest = number;
      for (int at = size + digits - 1; at >= size; at--) {
        bytes[at] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      size += digits;
    }

    private void flush() throws IOException {
      out.write(bytes, 0, size);
      size = 0;
    }
  }
}
