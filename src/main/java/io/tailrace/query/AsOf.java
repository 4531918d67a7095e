package io.tailrace.query;

import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Which version of a table is meant: {@code --asOf}. */
public final class AsOf {

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private final Long version;
  private final Instant time;

  private AsOf(Long version, Instant time) {
    this.version = version;
    this.time = time;
  }

  /**
   * Reads the number of a version, or a time in UTC; a date is its first moment.
   *
   * @throws UsageException if it is neither
   */
  public static AsOf parse(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return new AsOf(Long.valueOf(text), null);
    }
    try {
      String iso = text.strip().replace(' ', 'T');
      if (DATE.matcher(iso).matches()) {
        return new AsOf(null, LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      Instant time =
          iso.matches(".*(Z|[+-][0-9:]{2,6})")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      return new AsOf(null, time);
    } catch (DateTimeParseException e) {
      throw new UsageException(
          "--asOf: '"
              + text
              + "' is no version and no time; give one like 3, 2026-03-01 or"
              + " 2026-03-01T12:00:00Z",
          e);
    }
  }

  TableVersion of(DeltaTable table) throws IOException {
    return version == null ? table.at(time.toEpochMilli()) : table.version(version);
  }
}
