package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.sun.management.ThreadMXBean;
import io.tailrace.report.Measure.Merge;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.kll.KllSketch;
import org.junit.Test;

/** Different values and quantiles of many values, cut into units that are merged in any order. */
public final class SketchesTest {

  private static final int DISTINCT = 0;
  private static final int SKETCH = 1;
  private static final int QUANTILES = 2;

  private static final double[] SHARES = {0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};

  private final Random random = new Random(22);

  private static ReportTable newTable() {
    return new ReportTable(Merge.DISTINCT, Merge.DISTINCT_SKETCH, Merge.QUANTILE_SKETCH);
  }

  private static void add(ReportTable table, String key, long value) {
    int row = table.row(key);
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    table.addDistinct(row, DISTINCT, bytes, 0, bytes.length);
    table.addToDistinctSketch(row, SKETCH, value);
    table.addToQuantileSketch(row, QUANTILES, value);
  }

  private static ReportTable table(long... values) {
    ReportTable table = newTable();
    for (long value : values) {
      add(table, "k", value);
    }
    return table;
  }

  /** Merges tables of some values each, in a random order and in one form or the other. */
  private ReportTable inUnits(long... values) throws Exception {
    List<ReportTable> units = new ArrayList<>();
    for (int from = 0; from < values.length; ) {
      int to = Math.min(values.length, from + 1 + random.nextInt(1 + values.length / 3));
      units.add(table(Arrays.copyOfRange(values, from, to)));
      from = to;
    }
    Collections.shuffle(units, random);
    ReportTable total = newTable();
    for (ReportTable unit : units) {
      if (random.nextBoolean()) {
        total.merge(unit);
      } else {
        total.mergeFrom(ByteBuffer.wrap(unit.toBytes()));
      }
      if (random.nextInt(4) == 0) {
        total = ReportTable.readFrom(ByteBuffer.wrap(total.toBytes()));
      }
    }
    return total;
  }

  /** Values of which some come again. */
  private long[] values(int count) {
    return random.longs(count, 0, 1 + count).toArray();
  }

  @Test
  public void aCountOfDifferentValuesIsExactUpToItsLimit() throws Exception {
    for (int count : new int[] {0, 1, 2, 100, 9_999, 10_000}) {
      long[] values =
          LongStream.concat(LongStream.range(0, count), LongStream.range(0, count / 2)).toArray();
      assertThat(inUnits(shuffled(values)).distinctValues(0, DISTINCT), is(someOrNone(count)));
    }
  }

  private static OptionalLong someOrNone(int count) {
    return count > ReportTable.MOST_DISTINCT_VALUES ? OptionalLong.empty() : OptionalLong.of(count);
  }

  private long[] shuffled(long[] values) {
    List<Long> boxed = new ArrayList<>(LongStream.of(values).boxed().toList());
    Collections.shuffle(boxed, random);
    return boxed.stream().mapToLong(value -> value).toArray();
  }

  /** Whoever has seen more of them says so for good, and has no values any more. */
  @Test
  public void moreValuesThanThatAreNoNumber() throws Exception {
    long[] values = LongStream.rangeClosed(0, ReportTable.MOST_DISTINCT_VALUES).toArray();
    for (int round = 0; round < 5; round++) {
      ReportTable total = inUnits(shuffled(values));
      assertThat(total.distinctValues(0, DISTINCT), is(OptionalLong.empty()));
      add(total, "k", 0);
      total.merge(table(1, 2, 3));
      assertThat(total.distinctValues(0, DISTINCT), is(OptionalLong.empty()));
      ReportTable distinct = new ReportTable(Merge.DISTINCT);
      for (long value : values) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        distinct.addDistinct(distinct.row("k"), DISTINCT, bytes, 0, bytes.length);
      }
      assertThat(distinct.toBytes().length, is(lessThan(10)));
      assertThat(distinct.memory(), is(lessThan(2_000L)));
      int other = distinct.row("other");
      distinct.addDistinct(other, DISTINCT, new byte[] {1}, 0, 1);
      assertThat(distinct.distinctValues(other, DISTINCT), is(OptionalLong.of(1)));
    }
  }

  /** The rows of one table say of a key what it is, to those who merge it no more. */
  @Test
  public void rowsToBeShownHaveTheNumberOfValuesAlone() throws Exception {
    ReportTable total = table(values(9_000));
    ReportTable shown = newTable();
    shown.copyShownRows(total);
    shown = ReportTable.readFrom(ByteBuffer.wrap(shown.toBytes()));
    assertThat(shown.exactMeasures(0), is(total.exactMeasures(0)));
    assertThat(shown.quantile(0, QUANTILES, 0.5), is(total.quantile(0, QUANTILES, 0.5)));
    assertThat(shown.toBytes().length, is(lessThan(10_000)));
    assertThat(total.toBytes().length, is(greaterThan(50_000)));
  }

  /** What is estimated is a function of the values, and within three standard errors. */
  @Test
  public void anEstimateOfDifferentValuesDoesNotDependOnUnits() throws Exception {
    double error = HllSketch.getRelErr(true, true, DistinctSketches.LG_K, 1);
    assertThat(error, is(closeTo(0.0162, 0.0001)));
    for (int count : new int[] {1, 8, 16, 17, 50, 384, 385, 500, 3_000, 20_000, 200_000}) {
      long[] values = values(count);
      long exact = LongStream.of(values).distinct().count();
      long estimate = inUnits(values).estimatedDistinctValues(0, SKETCH);
      assertThat(inUnits(shuffled(values)).estimatedDistinctValues(0, SKETCH), is(estimate));
      assertThat(table(values).estimatedDistinctValues(0, SKETCH), is(estimate));
      assertThat((double) estimate, is(closeTo(exact, exact <= 16 ? 0 : 3 * error * exact)));
    }
  }

  /** Ranks of quantiles are off by no more than the documented error, in 99 of 100. */
  @Test
  public void aQuantileHasTheRankThatItShouldHave() throws Exception {
    double error = KllSketch.getNormalizedRankError(QuantileSketches.K, false);
    assertThat(error, is(closeTo(0.0133, 0.0001)));
    int asked = 0;
    int beyond = 0;
    for (int round = 0; round < 60; round++) {
      long[] values = values(1_000 + random.nextInt(30_000));
      if (round % 3 == 0) {
        Arrays.sort(values);
      }
      ReportTable total = inUnits(values);
      long[] sorted = LongStream.of(values).sorted().toArray();
      for (double share : SHARES) {
        double off = rankError(sorted, total.quantile(0, QUANTILES, share).orElseThrow(), share);
        asked++;
        beyond += off > error ? 1 : 0;
        assertThat(off, is(lessThan(2 * error)));
      }
      assertThat(total.quantile(0, QUANTILES, 0), is(OptionalLong.of(sorted[0])));
      assertThat(total.quantile(0, QUANTILES, 1), is(OptionalLong.of(sorted[sorted.length - 1])));
    }
    assertThat(beyond, is(lessThan(asked / 100)));
  }

  /** How far a share is from the ranks of a value. */
  private static double rankError(long[] sorted, long value, double share) {
    double below = LongStream.of(sorted).filter(other -> other < value).count();
    double through = LongStream.of(sorted).filter(other -> other <= value).count();
    return Math.max(0, Math.max(below / sorted.length - share, share - through / sorted.length));
  }

  @Test
  public void aQuantileOfFewValuesIsExact() throws Exception {
    for (int count = 1; count <= 127; count++) {
      long[] values = values(count);
      long[] sorted = LongStream.of(values).sorted().toArray();
      ReportTable total = inUnits(values);
      for (double share : SHARES) {
        int rank = Math.max(1, (int) Math.ceil(share * count - 1e-9));
        assertThat(total.quantile(0, QUANTILES, share), is(OptionalLong.of(sorted[rank - 1])));
      }
    }
    assertThat(newTable().quantile(newTable().row("k"), QUANTILES, 0.5), is(OptionalLong.empty()));
  }

  /** A unit that is processed again gives the same bytes, whatever goes on beside it. */
  @Test
  public void theSameUnitGivesTheSame() throws Exception {
    long[] values = values(50_000);
    byte[] once = merged(values).toBytes();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<byte[]>> again = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        again.add(threads.submit(() -> merged(values).toBytes()));
      }
      for (Future<byte[]> bytes : again) {
        assertThat(Arrays.equals(bytes.get(), once), is(true));
      }
    } finally {
      threads.shutdown();
    }
    // Nor does it bear on a table that somebody looks at it.
    ReportTable looked = merged(values);
    looked.quantile(0, QUANTILES, 0.5);
    assertThat(Arrays.equals(looked.toBytes(), once), is(true));
  }

  private static ReportTable merged(long... values) throws Exception {
    int half = values.length / 2;
    ReportTable total = table(Arrays.copyOf(values, half));
    ReportTable other = table(Arrays.copyOfRange(values, half, values.length));
    total.mergeFrom(ByteBuffer.wrap(other.toBytes()));
    return total;
  }

  @Test
  public void manyKeysOfFewValuesAreSmall() {
    int keys = 100_000;
    for (Merge merge : List.of(Merge.DISTINCT, Merge.DISTINCT_SKETCH, Merge.QUANTILE_SKETCH)) {
      ReportTable plain = new ReportTable(Merge.SUM);
      ReportTable table = new ReportTable(merge);
      for (int i = 0; i < 3 * keys; i++) {
        plain.row("key" + i % keys);
        int row = table.row("key" + i % keys);
        switch (merge) {
          case DISTINCT ->
              table.addDistinct(row, 0, ByteBuffer.allocate(8).putInt(i).array(), 0, 8);
          case DISTINCT_SKETCH -> table.addToDistinctSketch(row, 0, i);
          default -> table.addToQuantileSketch(row, 0, i);
        }
      }
      long memory = (table.memory() - plain.memory()) / keys;
      assertThat(merge + " in memory", memory, is(lessThan(250L)));
      long bytes = (table.toBytes().length - plain.toBytes().length) / keys;
      assertThat(merge + " at rest", bytes, is(lessThan(32L)));
    }
  }

  /** What is known of a key is added to without an object, but for those of DataSketches. */
  @Test
  public void addingToAKnownKeyAllocatesNothing() {
    ReportTable table = newTable();
    int row = table.row("k");
    byte[] bytes = new byte[8];
    long allocated = 0;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int round = 0; round < 2; round++) {
      allocated = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000_000; i++) {
        bytes[0] = (byte) i;
        table.addDistinct(row, DISTINCT, bytes, 0, 8);
        table.addToDistinctSketch(row, SKETCH, i & 15);
        table.addToQuantileSketch(row, QUANTILES, i);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    }
    assertThat(allocated, is(lessThan(1_000_000L)));
  }
}
