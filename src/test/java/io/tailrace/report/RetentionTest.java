package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.Test;

public final class RetentionTest {

  private static final long HOUR = 3_600_000_000L;
  private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

  private static Retention of(int months, int days, long micros) {
    return new Retention(new BucketKey(0, false), new Span(months, days, micros));
  }

  private static long micros(String time) {
    return ChronoUnit.MICROS.between(EPOCH, LocalDateTime.parse(time));
  }

  @Test
  public void theOldestBucketIsAnIntervalBeforeTheNewest() {
    long newest = micros("2026-03-31T10:00:00");
    assertThat(of(0, 7, 0).oldest(newest), is(micros("2026-03-24T10:00:00")));
    assertThat(of(1, 0, 0).oldest(newest), is(micros("2026-02-28T10:00:00")));
    assertThat(of(1, 1, 90_000_000).oldest(newest), is(micros("2026-02-27T09:58:30")));
    assertThat(of(0, 1, 0).oldest(micros("1960-01-01T00:00:00.000001")), is(-315705599999999L));
    assertThat(of(0, 1, 0).oldest(BucketKey.NONE), is(BucketKey.NONE));
    assertThat(of(Integer.MAX_VALUE, 0, 0).oldest(newest), is(BucketKey.NONE));
  }

  @Test
  public void oneIsWithinAnotherIfItIsForEachNewestBucket() {
    assertThat(of(0, 7, 0).isWithin(of(0, 7, 0)), is(true));
    assertThat(of(0, 0, 168 * HOUR).isWithin(of(0, 7, 0)), is(true));
    assertThat(of(0, 7, 1).isWithin(of(0, 7, 0)), is(false));
    assertThat(of(0, 28, 0).isWithin(of(1, 0, 0)), is(true));
    assertThat(of(0, 30, 0).isWithin(of(1, 0, 0)), is(false));
    assertThat(of(1, 0, 0).isWithin(of(0, 30, 0)), is(false));
    assertThat(of(1, 0, 0).isWithin(of(0, 31, 0)), is(true));
    assertThat(of(1, 0, 0).isWithin(of(2, 0, 0)), is(true));
  }

  @Test
  public void theTimeIsAPartOfTheKey() {
    Retention second = new Retention(new BucketKey(1, true), new Span(0, 7, 0));
    assertThat(time(second, "host\u001f-2\u001f5"), is(-48 * HOUR));
    assertThat(time(second, "host\u001f\u001bn\u001f5"), is(BucketKey.NONE));
    assertThat(time(second, "host\u001f2000000000\u001f5"), is(106_751_991L * 24 * HOUR));
    assertThat(time(of(0, 7, 0), "1772286330250000"), is(1772286330250000L));
    assertThat(time(of(0, 7, 0), Long.toString(Long.MIN_VALUE + 1)), is(Long.MIN_VALUE + 1));
  }

  private static long time(Retention retention, String key) {
    byte[] bytes = (".." + key + ".").getBytes(StandardCharsets.UTF_8);
    return retention.bucket().time(bytes, 2, bytes.length - 1);
  }
}
