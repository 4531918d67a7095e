package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The limit: the least that Java must do for this answer on two threads. It counts in a loop over
 * the bytes, takes every line to be a short record with a line feed at its end, keeps no
 * checkpoint, and would have to begin again after a crash.
 */
final class BareLoop {

  private static final int THREADS = 2;

  private BareLoop() {}

  /** Options: {@code --input=FOLDER --output=FOLDER}. */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    long start = System.nanoTime();
    Arguments arguments = Arguments.parse(args);
    Path output = Files.createDirectories(Path.of(arguments.required("output")));
    ConcurrentLinkedQueue<Path> files = new ConcurrentLinkedQueue<>();
    try (Stream<Path> listing = Files.list(Path.of(arguments.required("input")))) {
      listing.filter(Files::isRegularFile).forEach(files::add);
    }

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Counter>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(threads.submit(() -> Counter.count(files)));
    }
    threads.shutdown();
    Map<String, long[]> totals = new HashMap<>();
    List<String> sev0 = new ArrayList<>();
    for (Future<Counter> thread : running) {
      thread.get().addTo(totals, sev0);
    }
    Answer.writeReport(
        output, totals.entrySet().stream().map(row -> row.getKey() + "," + volume(row.getValue())));
    Answer.writeLog(output, sev0.stream());
    System.out.printf(Locale.ROOT, "Bare loop: %.1f s%n", (System.nanoTime() - start) / 1e9);
  }

  private static double volume(long[] numbers) {
    return numbers[Counter.CALLS] / (double) (numbers[Counter.LAST] - numbers[Counter.FIRST] + 1);
  }

  /** What one thread has counted: a hash table from the bytes of a server to its numbers. */
  private static final class Counter {

    static final int CALLS = 0;
    static final int FIRST = 1;
    static final int LAST = 2;
    private static final int NUMBERS = 3;
    private static final int BUFFER_BYTES = 1 << 20;

    private final List<String> sev0 = new ArrayList<>();
    private int rows;

    /** Row + 1, by hash; 0 where there is none. At least twice as many as rows. */
    private int[] slots = new int[64];

    private byte[][] servers = new byte[32][];
    private int[] hashes = new int[32];
    private long[] numbers = new long[32 * NUMBERS];

    static Counter count(ConcurrentLinkedQueue<Path> files) throws IOException {
      Counter counter = new Counter();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (Path file; (file = files.poll()) != null; ) {
        try (InputStream input = Files.newInputStream(file)) {
          counter.read(input, buffer);
        }
      }
      return counter;
    }

    void addTo(Map<String, long[]> totals, List<String> log) {
      log.addAll(sev0);
      for (int row = 0; row < rows; row++) {
        totals.merge(
            new String(servers[row], StandardCharsets.UTF_8),
            Arrays.copyOfRange(numbers, row * NUMBERS, (row + 1) * NUMBERS),
            (a, b) ->
                new long[] {
                  a[CALLS] + b[CALLS], Math.min(a[FIRST], b[FIRST]), Math.max(a[LAST], b[LAST])
                });
      }
    }

    private void read(InputStream input, byte[] buffer) throws IOException {
      int kept = 0;
      for (int count; (count = input.read(buffer, kept, buffer.length - kept)) >= 0; ) {
        int end = kept + count;
        int whole = end;
        while (whole > 0 && buffer[whole - 1] != '\n') {
          whole--;
        }
        lines(buffer, whole);
        kept = end - whole;
        System.arraycopy(buffer, whole, buffer, 0, kept);
      }
    }

    private void lines(byte[] bytes, int end) {
      int i = 0;
      while (i < end) {
        int from = i;
        int hash = 0;
        for (byte b; (b = bytes[i]) != ','; i++) {
          hash = 31 * hash + b;
        }
        int to = i;
        int severity = bytes[i + 1] - '0';
        i += 3;
        long timestamp = 0;
        for (byte b; (b = bytes[i++]) != '\n'; ) {
          timestamp = 10 * timestamp + (b - '0');
        }
        int number = row(bytes, from, to, hash) * NUMBERS;
        if (severity == 2) {
          numbers[number + CALLS]++;
        } else if (severity == 0) {
          sev0.add(new String(bytes, from, to - from, StandardCharsets.UTF_8) + "," + timestamp);
        }
        numbers[number + FIRST] = Math.min(numbers[number + FIRST], timestamp);
        numbers[number + LAST] = Math.max(numbers[number + LAST], timestamp);
      }
    }

    private int row(byte[] bytes, int from, int to, int hash) {
      int slot = firstSlot(hash);
      for (int found; (found = slots[slot]) != 0; slot = nextSlot(slot)) {
        byte[] server = servers[found - 1];
        if (hashes[found - 1] == hash && Arrays.equals(server, 0, server.length, bytes, from, to)) {
          return found - 1;
        }
      }
      if (rows == servers.length) {
        grow();
        return row(bytes, from, to, hash);
      }
      slots[slot] = rows + 1;
      servers[rows] = Arrays.copyOfRange(bytes, from, to);
      hashes[rows] = hash;
      numbers[rows * NUMBERS + FIRST] = Long.MAX_VALUE;
      return rows++;
    }

    private void grow() {
      int capacity = 2 * servers.length;
      servers = Arrays.copyOf(servers, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      numbers = Arrays.copyOf(numbers, capacity * NUMBERS);
      slots = new int[2 * capacity];
      for (int row = 0; row < rows; row++) {
        int slot = firstSlot(hashes[row]);
        while (slots[slot] != 0) {
          slot = nextSlot(slot);
        }
        slots[slot] = row + 1;
      }
    }

    private int firstSlot(int hash) {
      return (hash ^ (hash >>> 15)) & (slots.length - 1);
    }

    private int nextSlot(int slot) {
      return (slot + 1) & (slots.length - 1);
    }
  }
}
