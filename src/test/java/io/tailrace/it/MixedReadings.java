package io.tailrace.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Files of readings of heart rates as they come: in every form, some with what is no record. */
final class MixedReadings {

  private static final int RECORDS = 60;
  private static final int FORMS = 3;

  private MixedReadings() {}

  static String name(int number) {
    return String.format("readings-%05d.json", number);
  }

  /** The content of the file with a number, always the same. */
  static byte[] content(int number) throws IOException {
    Random random = new Random(number);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < RECORDS - 1; i++) {
      records.add(
          String.format(
              Locale.ROOT,
              number % FORMS == 0
                  ? "{\"device_id\": %d, \"mrn\": %d, \"time\": %d.5, \"heartrate\": %.3f}"
                  : "{\n  \"device_id\": \"%d\",\n  \"mrn\": \"%d\",\n  \"time\": \"%d.0\",\n"
                      + "  \"heartrate\": \"%.3f\"\n}",
              random.nextInt(5),
              i,
              1_500_000_000L + number,
              random.nextDouble() * 100 - 5));
    }
    // Of each file one is something else.
    records.add(
        switch (number % 4) {
          case 0 -> "17";
          case 1 -> "{\"device_id\": \"none\"}";
          case 2 -> "{\"device_id\": 1, \"note-" + number % 3 + "\": true}";
          default -> "{\"device_id\": }";
        });
    String text =
        number % FORMS == 0
            ? String.join("\n", records)
            : "[\n" + String.join(",\n", records) + "\n]\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How many records there are in so many files, and what is none, together. */
  static long records(int files) {
    return (long) files * RECORDS;
  }
}
