package io.tailrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Unit;
import io.tailrace.report.ReportTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Test;

/** Given these requests, these are the alerts. Times are seconds. */
public final class ShareStateTest {

  private static final long SLOT = 5;
  private static final long WINDOW = 60;

  /** A request, of which a tenth and more may fail. */
  private record Request(long second, String host, boolean fails) {}

  @Test
  public void anAlertIsRaisedWhenTheShareIsCrossedAndResolvedWhenItIsBack() throws IOException {
    List<Request> unit = new ArrayList<>();
    for (long second = 0; second < 300; second++) {
      unit.add(request(second, second >= 100 && second < 120));
    }
    // In [45, 105): 5 of 60. In [50, 110): 10 of 60. In [110, 170): 10. In [115, 175): 5. The alert
    // is over when no window has fired for a minute.
    assertThat(
        say(state("5xx > 10% over 1m", 0, 0), unit),
        contains("raised [50, 110) 10/60", "resolved [170, 230) 0/60"));
  }

  @Test
  public void aWindowThatHasNotEndedSaysNothing() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 10, 0);
    List<Request> failures = new ArrayList<>();
    for (long second = 0; second < 15; second++) {
      failures.add(request(second, true));
    }
    assertThat(say(state, failures), is(empty()));
    // The watermark is 10 behind: at 5, where [-55, 5) ends, with 5 of 5 failed; but 20 are needed.
    assertThat(say(state, List.of(request(29, true))), is(empty()));
    assertThat(
        say(state, List.of(request(35, false), request(36, true), request(37, true))), is(empty()));
  }

  @Test
  public void oneErrorOfOneRequestIsNoAlert() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 0);
    assertThat(say(state, List.of(request(1, true), request(500, false))), is(empty()));
    assertThat(describe(state.end()), is(empty()));
  }

  @Test
  public void nothingAtAllIsTheEndOfAnAlert() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 0);
    List<Request> failures = new ArrayList<>();
    for (long second = 0; second < 30; second++) {
      failures.add(request(second, true));
    }
    assertThat(say(state, failures), contains("raised [-40, 20) 20/20"));
    // The last window with at least 20 of them is [10, 70).
    assertThat(
        say(state, List.of(request(100_000, false))),
        contains("no longer enough requests [70, 130) 0/0"));
  }

  @Test
  public void aNumberOfRequestsIsALimitHoweverManyThereAre() throws IOException {
    ShareState state = state("5xx > 3 over 1m", 0, 0);
    List<Request> unit = new ArrayList<>();
    for (long second = 0; second < 4; second++) {
      unit.add(request(second, true));
    }
    for (long second = 10; second < 1_000; second++) {
      unit.add(request(second, second % 300 == 0));
    }
    // Four of four are enough, and one failure in a window is not.
    assertThat(say(state, unit), contains("raised [-55, 5) 4/4", "resolved [60, 120) 0/60"));

    ShareState quiet = state("5xx > 3 over 1m", 0, 0);
    List<Request> few = new ArrayList<>();
    for (long second = 0; second < 4; second++) {
      few.add(request(second, true));
    }
    few.add(request(500, true));
    // No request at all is below a number, too: it needs no minimum to be seen.
    assertThat(say(quiet, few), contains("raised [-55, 5) 4/4", "resolved [60, 120) 0/0"));
  }

  @Test
  public void rulesThatAreNone() {
    for (String rule :
        List.of(
            "5xx > 2.5 over 1m",
            "5xx > 50over 1m",
            "5xx > 100% over 1m",
            "5xx > -1 over 1m",
            "5xx >= 5 over 1m",
            "5xx > 5 over 25h")) {
      assertThrows(rule, IllegalArgumentException.class, () -> ShareRule.parse(rule));
    }
    assertThat(ShareRule.parse("404 > 0 over 30s by host").fires(1, 1, 20), is(true));
    assertThat(ShareRule.parse("404 > 1000 over 30s").fires(1_000, 1_000, 20), is(false));
  }

  @Test
  public void fewRequestsResolveNothing() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 0);
    List<Request> failures = new ArrayList<>();
    for (long second = 0; second < 30; second++) {
      failures.add(request(second, true));
    }
    for (long second = 60; second < 180; second += 10) {
      failures.add(request(second, second % 20 == 0));
    }
    // Of windows without twenty requests, the share tells nothing, whatever it is.
    assertThat(
        say(state, failures),
        contains("raised [-40, 20) 20/20", "no longer enough requests [70, 130) 3/6"));
    // One window that has enough of them, on the way, is enough.
    List<Request> more = new ArrayList<>();
    for (long second = 200; second < 230; second++) {
      more.add(request(second, true));
    }
    for (long second = 245; second < 270; second++) {
      more.add(request(second, false));
    }
    more.add(request(1_000, true));
    state = copy(state, 0);
    assertThat(say(state, more), contains("raised [160, 220) 21/22", "resolved [285, 345) 0/0"));
  }

  @Test
  public void lateRequestsThatWereTooFewToBeSeenBelowEndSo() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 600);
    say(state, List.of(request(400, false)));
    List<Request> late = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      late.add(request(100, true));
    }
    assertThat(
        say(state, late),
        contains("late raised [45, 105) 30/30", "late no longer enough requests [160, 220) 0/0"));
  }

  /** Ledgers have alerts that earlier versions said, of which each was raised or resolved. */
  @Test
  public void whatEarlierVersionsSaidIsKnown() throws IOException {
    for (boolean raised : List.of(true, false)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF("r");
      out.writeBoolean(false);
      out.writeBoolean(raised);
      for (long number = 1; number <= 4; number++) {
        out.writeLong(number);
      }
      out.writeBoolean(true);
      Alert.State state = raised ? Alert.State.RAISED : Alert.State.RESOLVED;
      assertThat(
          ShareAlert.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))),
          is(new ShareAlert("r", null, state, 1, 2, 3, 4, true)));
    }
  }

  @Test
  public void atTheEndOfTheInputAllWindowsAreLookedAt() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 3600, 0);
    List<Request> failures = new ArrayList<>();
    for (long second = 0; second < 30; second++) {
      failures.add(request(second, true));
    }
    assertThat(say(state, failures), is(empty()));
    assertThat(
        describe(state.end()),
        contains("raised [-40, 20) 20/20", "no longer enough requests [70, 130) 0/0"));
    assertThat(describe(state.end()), is(empty()));
  }

  @Test
  public void lateRequestsMayRaiseAnAlertOfTheirOwn() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 600);
    assertThat(say(state, steady(0, 400)), is(empty()));
    List<Request> late = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      late.add(request(100, true));
    }
    // All windows with the second 100: the first ends at 105, the last begins at 100.
    assertThat(
        say(state, late), contains("late raised [45, 105) 30/90", "late resolved [160, 220) 0/60"));
    assertThat(say(state, late), is(empty()));
  }

  @Test
  public void lateRequestsThatMakeAnAlertLongerSayNothing() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 600);
    List<Request> unit = new ArrayList<>(steady(0, 100));
    for (int i = 0; i < 30; i++) {
      unit.add(request(101, true));
    }
    unit.addAll(steady(102, 400));
    assertThat(say(state, unit), contains("raised [45, 105) 30/88", "resolved [160, 220) 0/60"));
    List<Request> late = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      late.add(request(106, true));
      late.add(request(99, true));
    }
    assertThat(say(state, late), is(empty()));
  }

  @Test
  public void requestsThatAreTooLateAreDroppedAndCounted() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 100);
    say(state, steady(0, 400));
    List<Request> late = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      late.add(request(100, true));
    }
    // The last window with the second 100 ended at 160.
    assertThat(say(state, late), is(empty()));
    assertThat(state.droppedRecords(), is(30L));
  }

  @Test
  public void aTimeThatCannotHaveBeenYetIsTheEndOfNothing() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 0);
    planned = 500_000;
    // An hour more than planned is the latest that counts.
    say(state, List.of(request(500 + 3600, false), request(9_000_000, true)));
    assertThat(state.aheadRecords(), is(2L));
    state = copy(state, 0);
    assertThat(say(state, steady(0, 100)), is(empty()));
    List<Request> failures = new ArrayList<>();
    for (long second = 100; second < 200; second++) {
      failures.add(request(second, true));
    }
    assertThat(say(state, failures), contains("raised [50, 110) 10/60"));
    assertThat(state.aheadRecords(), is(2L));
    assertThat(state.droppedRecords(), is(0L));
  }

  /** Without plans that have a time nothing is known of wrong clocks; with one it is mended. */
  @Test
  public void aWrongClockThatWasBelievedOnceIsForgotten() throws IOException {
    ShareState state = state("5xx > 10% over 1m", 0, 0);
    say(state, List.of(request(9_000_000, true)));
    assertThat(say(state, steady(0, 100)), is(empty()));
    assertThat(state.droppedRecords(), is(100L));
    state = copy(state, 0);
    planned = 200_000;
    List<Request> failures = new ArrayList<>();
    for (long second = 100; second < 200; second++) {
      failures.add(request(second, true));
    }
    assertThat(say(state, failures), contains("raised [60, 120) 20/20"));
    assertThat(state.droppedRecords(), is(100L));
  }

  @Test
  public void eachHostIsForItself() throws IOException {
    List<Request> unit = new ArrayList<>();
    for (long second = 0; second < 100; second++) {
      unit.add(new Request(second, "a", true));
      for (int i = 0; i < 20; i++) {
        unit.add(new Request(second, "b", false));
      }
    }
    ShareState state = state("5xx > 10% over 1m by host", 0, 0);
    assertThat(say(state, unit), contains("a raised [-40, 20) 20/20"));
    assertThat(say(state("5xx > 10% over 1m", 0, 0), unit), is(empty()));
  }

  /** Whatever the units and the restarts: as long as nothing is late, only the requests count. */
  @Test
  public void whatIsNotLateGivesWhatAllRequestsTogetherGive() throws IOException {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      ShareState state = state("5xx > 10% over 1m", 30, random.nextInt(100));
      List<String> said = new ArrayList<>();
      List<Request> all = new ArrayList<>();
      long second = 1_000;
      int units = 1 + random.nextInt(20);
      for (int i = 0; i < units; i++) {
        List<Request> unit = new ArrayList<>();
        int requests = random.nextInt(200);
        boolean bad = random.nextInt(3) == 0;
        for (int j = 0; j < requests; j++) {
          second += random.nextInt(40) == 0 ? random.nextInt(200) : random.nextInt(2);
          unit.add(request(second - random.nextInt(30), bad && random.nextInt(4) == 0));
        }
        all.addAll(unit);
        said.addAll(say(state, unit));
        state = random.nextBoolean() ? copy(state, 30) : state;
      }
      said.addAll(describe(state.end()));
      assertThat("seed " + seed, said, is(expected(all)));
      assertThat("seed " + seed, state.droppedRecords(), is(0L));
    }
  }

  /** Counts each window from the start. */
  private static List<String> expected(List<Request> all) {
    TreeMap<Long, long[]> counts = new TreeMap<>();
    for (Request request : all) {
      long slot = Math.floorDiv(request.second(), SLOT) * SLOT;
      for (long end = slot + SLOT; end <= slot + WINDOW; end += SLOT) {
        long[] count = counts.computeIfAbsent(end, e -> new long[2]);
        count[0]++;
        count[1] += request.fails() ? 1 : 0;
      }
    }
    List<String> alerts = new ArrayList<>();
    Long last = null;
    for (var window : counts.entrySet()) {
      long[] count = window.getValue();
      if (count[0] >= 20 && count[1] * 10 > count[0]) {
        if (last == null || window.getKey() > last + WINDOW) {
          if (last != null) {
            alerts.add(describeEnd(last, counts));
          }
          alerts.add(describe("raised", window.getKey(), counts));
        }
        last = window.getKey();
      }
    }
    if (last != null) {
      alerts.add(describeEnd(last, counts));
    }
    return alerts;
  }

  /** None of the windows behind the last that fires has fired: enough requests were below. */
  private static String describeEnd(long last, TreeMap<Long, long[]> counts) {
    boolean seen =
        counts.subMap(last, false, last + WINDOW, true).values().stream()
            .anyMatch(count -> count[0] >= 20);
    return describe(seen ? "resolved" : "no longer enough requests", last + WINDOW, counts);
  }

  private static String describe(String state, long end, TreeMap<Long, long[]> counts) {
    long[] count = counts.getOrDefault(end, new long[2]);
    return String.format("%s [%d, %d) %d/%d", state, end - WINDOW, end, count[1], count[0]);
  }

  private static Request request(long second, boolean fails) {
    return new Request(second, "h", fails);
  }

  private static List<Request> steady(long from, long to) {
    List<Request> requests = new ArrayList<>();
    for (long second = from; second < to; second++) {
      requests.add(request(second, false));
    }
    return requests;
  }

  private static ShareAlerts settings(String rule, long delay, long lateness) {
    return new ShareAlerts(
        List.of(ShareRule.parse(rule)),
        Duration.ofSeconds(delay),
        Duration.ofSeconds(lateness),
        20);
  }

  private ShareAlerts settings;
  private long planned = Unit.UNKNOWN;

  private ShareState state(String rule, long delay, long lateness) {
    settings = settings(rule, delay, lateness);
    return new ShareState(settings);
  }

  private ShareState copy(ShareState state, long delay) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.writeTo(new DataOutputStream(bytes));
    return ShareState.readFrom(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), settings);
  }

  private List<String> say(ShareState state, List<Request> unit) {
    ReportTable table = ShareCounts.TABLE.newTable();
    ShareCounts counts = new ShareCounts(table, settings.rules(), planned);
    for (Request request : unit) {
      byte[] host = request.host().getBytes(StandardCharsets.UTF_8);
      counts.add(request.second() * 1000 + 999, request.fails() ? 503 : 200, host, 0, host.length);
    }
    return describe(state.add(Optional.of(table)));
  }

  private static List<String> describe(List<Alert> alerts) {
    return alerts.stream()
        .map(ShareAlert.class::cast)
        .map(
            alert ->
                String.format(
                    "%s%s%s [%d, %d) %d/%d",
                    alert.late() ? "late " : "",
                    alert.host() == null ? "" : alert.host() + " ",
                    alert.state(),
                    alert.windowStart() / 1000,
                    alert.windowEnd() / 1000,
                    alert.counted(),
                    alert.requests()))
        .toList();
  }
}
