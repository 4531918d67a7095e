package io.tailrace.demo;

import io.tailrace.storage.Folder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes readings of heart rates as a tracker's service delivers them: a file is one array over many
 * lines, and all values are texts. A few heart rates are negative: the tracker sat badly.
 */
public final class TrackerGenerator {

  /** The sample files, in the order in which the demonstration delivers them. */
  static final List<Sample> SAMPLES =
      List.of(
          new Sample("tracker-2026-01.json", 0, List.of(40, 40, 40, 40, 40)),
          new Sample("tracker-2026-02.json", 1, List.of(35, 35, 35, 35, 35, 25)),
          new Sample("tracker-2026-03.json", 2, List.of(30, 30, 30, 30, 30, 30, 20)));

  private static final long FIRST_SECOND = 1_767_225_600L;
  private static final int SECONDS_A_FILE = 30 * 24 * 3_600;
  private static final int READINGS_A_NEGATIVE_ONE = 50;
  private static final int DEVICES = 20;

  /** One, as the heart rates are kept: with ten decimals. */
  private static final long ONE = 10_000_000_000L;

  private TrackerGenerator() {}

  /**
   * What is in a sample file.
   *
   * @param name the file's name
   * @param month the first month is 0
   * @param readings how many there are of each device, the first being device 1
   */
  record Sample(String name, int month, List<Integer> readings) {

    /** The file's text, always the same. */
    String text() {
      List<Integer> left = new ArrayList<>(readings);
      int count = readings.stream().mapToInt(Integer::intValue).sum();
      SplittableRandom random = new SplittableRandom(month);
      List<String> records = new ArrayList<>();
      for (int i = 0; i < count; ) {
        int device = random.nextInt(left.size());
        if (left.get(device) > 0) {
          left.set(device, left.get(device) - 1);
          records.add(record(device + 1, month, i++, count, random));
        }
      }
      return "[\n" + String.join(",\n", records) + "\n]\n";
    }

    /** Makes the file appear in a folder, whole. */
    void deliverTo(Folder folder) throws IOException {
      byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
      folder.write(name, folder, out -> out.write(bytes));
    }
  }

  /**
   * Writes files of random readings, the same ones for the same arguments.
   *
   * @param folder where to; made if it is not there
   * @param files how many files
   * @param readings how many in each
   * @param seed chooses them
   */
  public static void write(Path folder, int files, int readings, long seed) throws IOException {
    Files.createDirectories(folder);
    for (int file = 0; file < files; file++) {
      Path path = folder.resolve(String.format("tracker-%05d.json", file));
      SplittableRandom random = new SplittableRandom(seed + file);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
        out.write("[\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < readings; i++) {
          String end = i < readings - 1 ? ",\n" : "\n]\n";
          int device = 1 + random.nextInt(DEVICES);
          out.write(
              (record(device, file, i, readings, random) + end)
                  .getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  private static String record(int device, int month, int i, int count, SplittableRandom random) {
    long second = FIRST_SECOND + (long) month * SECONDS_A_FILE + (long) i * SECONDS_A_FILE / count;
    // Ten decimals, made of integers, which is faster than formatting and the same everywhere.
    long rate = 450_000_000_000L + random.nextLong(500_000_000_000L);
    boolean negative = random.nextInt(READINGS_A_NEGATIVE_ONE) == 0;
    String decimals = Long.toString(rate % ONE + ONE).substring(1);
    return "  {\n    \"device_id\": \""
        + device
        + "\",\n    \"mrn\": \""
        + (10_000_000L + 7_919L * device)
        + "\",\n    \"time\": \""
        + second
        + ".0\",\n    \"heartrate\": \""
        + (negative ? "-" : "")
        + rate / ONE
        + "."
        + decimals
        + "\"\n  }";
  }
}
