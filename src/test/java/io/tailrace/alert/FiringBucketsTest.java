package io.tailrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.report.BucketKey;
import io.tailrace.report.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/**
 * Given the buckets in which a condition holds, this is what there is to say. Buckets are minutes.
 */
public final class FiringBucketsTest {

  private static final long MINUTE = 60_000_000L;
  private static final Span LENGTH = new Span(0, 0, MINUTE);
  private static final Span AT_ONCE = new Span(0, 0, 0);
  private static final Span THREE_MINUTES = new Span(0, 0, 3 * MINUTE);

  private FiringBuckets buckets = new FiringBuckets();
  private long ended = BucketKey.NONE;

  private List<String> fire(Span duration, long nowEnded, long... minutes) {
    for (long minute : minutes) {
      buckets.add(minute * MINUTE);
    }
    List<String> said = new ArrayList<>();
    buckets
        .look(LENGTH, duration, ended, nowEnded * MINUTE)
        .forEach(
            change ->
                said.add(
                    String.format(
                        "%s%s %d",
                        change.isLate() ? "late " : "",
                        change.kind().name().toLowerCase(),
                        change.bucket() / MINUTE)));
    ended = nowEnded * MINUTE;
    return said;
  }

  @Test
  public void aRunIsOneAlertThatEndsWithTheBucketBehindIt() {
    assertThat(fire(AT_ONCE, 11, 10), contains("raised 10"));
    assertThat(fire(AT_ONCE, 13, 11, 12), is(empty()));
    assertThat(fire(AT_ONCE, 14), contains("ended 13"));
    assertThat(fire(AT_ONCE, 15), is(empty()));
    assertThat(fire(AT_ONCE, 16, 15), contains("raised 15"));
    assertThat(fire(AT_ONCE, 90), contains("ended 16"));
  }

  @Test
  public void allInOneLookIsToldInItsOrder() {
    assertThat(
        fire(AT_ONCE, 21, 10, 12, 13, 20),
        contains("raised 10", "ended 11", "raised 12", "ended 14", "raised 20"));
  }

  @Test
  public void aRunThatIsTooShortIsNoAlert() {
    assertThat(fire(THREE_MINUTES, 12, 10, 11), is(empty()));
    assertThat(fire(THREE_MINUTES, 13), is(empty()));
    assertThat(fire(THREE_MINUTES, 16, 14, 15), is(empty()));
    assertThat(fire(THREE_MINUTES, 17, 16), contains("raised 16"));
    assertThat(fire(THREE_MINUTES, 19, 17), contains("ended 18"));
  }

  @Test
  public void aLateBucketRaisesAnAlertOfItsOwnOnlyWhereThereWasNone() {
    assertThat(fire(AT_ONCE, 20, 10), contains("raised 10", "ended 11"));
    // Beside one that was told.
    assertThat(fire(AT_ONCE, 20, 11), is(empty()));
    assertThat(fire(AT_ONCE, 20, 13), contains("late raised 13", "late ended 14"));
    assertThat(fire(AT_ONCE, 20, 12), is(empty()));
    // It is so until now.
    assertThat(fire(AT_ONCE, 20, 19), contains("late raised 19"));
    assertThat(fire(AT_ONCE, 22, 20), contains("ended 21"));
  }

  @Test
  public void aLateBucketMakesAnEndedAlertGoOn() {
    assertThat(fire(AT_ONCE, 12, 10), contains("raised 10", "ended 11"));
    assertThat(fire(AT_ONCE, 12, 11), contains("late raised 10"));
    assertThat(fire(AT_ONCE, 13), contains("ended 12"));
  }

  @Test
  public void aLateBucketMakesTwoShortRunsOneLongOne() {
    assertThat(fire(THREE_MINUTES, 13, 10, 12), is(empty()));
    assertThat(fire(THREE_MINUTES, 13, 11), contains("late raised 12"));
    assertThat(fire(THREE_MINUTES, 14), contains("ended 13"));
  }

  /** Whatever the looks and the restarts: as long as nothing is late, only the buckets count. */
  @Test
  public void whatIsNotLateGivesWhatAllBucketsTogetherGive() throws IOException {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int minutes = 1 + random.nextInt(60);
      int duration = random.nextInt(5);
      Span span = new Span(0, 0, duration * MINUTE);
      boolean[] fires = new boolean[minutes];
      buckets = new FiringBuckets();
      ended = BucketKey.NONE;
      List<String> said = new ArrayList<>();
      for (int minute = 0; minute < minutes; ) {
        int next = Math.min(minutes, minute + 1 + random.nextInt(8));
        List<Long> firing = new ArrayList<>();
        for (; minute < next; minute++) {
          fires[minute] = random.nextInt(3) > 0;
          if (fires[minute]) {
            firing.add((long) minute);
          }
        }
        said.addAll(fire(span, next, firing.stream().mapToLong(Long::longValue).toArray()));
        // As far back as a state keeps them.
        buckets.forget(ended - (duration + 2) * MINUTE);
        buckets = random.nextBoolean() ? copy() : buckets;
      }
      assertThat("seed " + seed, said, is(expected(fires, Math.max(1, duration))));
    }
  }

  private static List<String> expected(boolean[] fires, int needed) {
    List<String> said = new ArrayList<>();
    int run = 0;
    for (int minute = 0; minute < fires.length; minute++) {
      if (fires[minute]) {
        run++;
        if (run == needed) {
          said.add("raised " + minute);
        }
      } else {
        if (run >= needed) {
          said.add("ended " + minute);
        }
        run = 0;
      }
    }
    return said;
  }

  private FiringBuckets copy() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    buckets.writeTo(new DataOutputStream(bytes));
    return FiringBuckets.readFrom(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }
}
