package io.tailrace.it;

import static java.time.temporal.ChronoUnit.MICROS;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;

/**
 * Events of applications as lines of JSON, the same ones each time, and a pipeline of SQL over
 * them, with alerts: fields that are absent, of another type or inside others, and a broken line
 * now and then.
 */
final class MixedEvents {

  private static final int LINES = 2_500;
  private static final int LINES_A_BAD_ONE = 150;
  private static final List<String> BAD_LINES =
      List.of(
          "{\"service\": \"a\", \"happened\": ",
          "{\"happened\": \"2026-03-01T00:00:00Z\"}",
          "{\"service\": \"a\", \"happened\": \"soon\"}",
          "{\"service\": \"a\", \"happened\": \"2026-03-01T00:00:00Z\", \"http\": {\"status\": -1}}",
          "[1, 2]");

  /** Latencies are halves, so that their sums are the same in any order. */
  private static final String SQL =
      """
      CREATE EXTERNAL TABLE events (
        service VARCHAR NOT NULL, happened TIMESTAMP NOT NULL, level VARCHAR,
        latency_ms DOUBLE, http ROW<status INTEGER, path VARCHAR>, cost DECIMAL(9, 2),
        CHECK (http.status IS NULL OR http.status > 0)
      ) TYPE json TBLPROPERTIES '{"records": "lines"}';

      CREATE MATERIALIZED VIEW per_service AS
      SELECT service, http.status // 100 AS class, COUNT(*) AS events, AVG(latency_ms) AS avg_ms,
             SUM(cost) AS cost, MIN(happened) AS first_at, arg_max(http.path, happened) AS last_path,
             round(stddev(latency_ms), 6) AS spread, COUNT(*) FILTER (WHERE level = 'ERROR') AS errors
      FROM events GROUP BY ALL;

      CREATE MATERIALIZED VIEW per_hour AS
      SELECT date_trunc('hour', happened) AS hour, COUNT(*) AS events, MAX(latency_ms) AS max_ms
      FROM events WHERE level IS DISTINCT FROM 'DEBUG' GROUP BY 1;

      CREATE MATERIALIZED VIEW last_hours WITH (retention = '20 hours') AS
      SELECT time_bucket(INTERVAL '10 minutes', happened) AS bucket, service, COUNT(*) AS events,
             SUM(cost) AS cost
      FROM events GROUP BY ALL;

      CREATE ALERT busy ON last_hours WHEN events >= 4 AND cost > 20;
      CREATE ALERT busy_for_long ON last_hours WHEN events >= 2 FOR INTERVAL '30 minutes';

      CREATE STREAMING TABLE sev0 AS
      SELECT happened, service, upper(coalesce(http.path, '-')) AS path, cost FROM events
      WHERE level = 'ERROR' ORDER BY happened;
      """;

  private MixedEvents() {}

  /** Writes the pipeline to a file. */
  static Path pipeline(Path folder) throws java.io.IOException {
    return Files.writeString(folder.resolve("events.sql"), SQL);
  }

  /** The name of a file. */
  static String name(int number) {
    return String.format("events-%04d.json", number);
  }

  /** The content of a file, whose lines are {@link #lines} many. */
  static byte[] content(int number) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < LINES; line++) {
      text.append(line(random, number)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How many lines the first so many files have. */
  static long lines(int files) {
    return (long) files * LINES;
  }

  /** Each file is of two days, which begin half an hour after those of the file before. */
  private static String line(Random random, int file) {
    if (random.nextInt(LINES_A_BAD_ONE) == 0) {
      return BAD_LINES.get(random.nextInt(BAD_LINES.size()));
    }
    LocalDateTime at =
        LocalDateTime.of(2026, 3, 1, 0, 0)
            .plusMinutes(30L * file)
            .plus(random.nextInt(172_800) * 1_000_000L + random.nextInt(1_000_000), MICROS);
    StringBuilder json =
        new StringBuilder(
            "{\"happened\": \"" + at + "Z\", \"service\": \"s" + random.nextInt(4) + '"');
    if (random.nextInt(5) > 0) {
      json.append(", \"level\": \"")
          .append(List.of("DEBUG", "INFO", "ERROR").get(random.nextInt(3)))
          .append('"');
    }
    if (random.nextInt(4) > 0) {
      json.append(", \"latency_ms\": ").append(random.nextInt(4_000) / 2.0);
    }
    if (random.nextInt(4) > 0) {
      json.append(", \"http\": {\"path\": \"/p/")
          .append(random.nextInt(30))
          .append("\", \"status\": ")
          .append(List.of(200, 301, 404, 500).get(random.nextInt(4)))
          .append('}');
    }
    if (random.nextInt(4) > 0) {
      json.append(", \"cost\": \"").append(random.nextInt(9_000) / 100.0).append('"');
    }
    return json.append(", \"more\": [1, {\"x\": null}]}").toString();
  }
}
