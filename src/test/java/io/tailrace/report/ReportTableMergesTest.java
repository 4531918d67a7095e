package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertThrows;

import io.tailrace.report.Measure.Merge;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.Test;

/**
 * Measures that are no integers: however records are spread over tables, and in whichever order and
 * form these are merged, the totals are those of a plain list of all records.
 */
public final class ReportTableMergesTest {

  private static final int RECORDS = 0;
  private static final int SUM = 1;
  private static final int DOUBLES = 2;
  private static final int LEAST = 3;
  private static final int GREATEST = 4;
  private static final int MOMENTS = 5;
  private static final int LAST = 6;
  private static final int DISTINCT = 7;
  private static final int SKETCH = 8;
  private static final int QUANTILES = 9;

  private static final Report REPORT =
      new Report(
          "r",
          List.of(
              Report.RECORDS,
              Measure.sum("sum", "n"),
              new Measure("doubles", Merge.SUM_DOUBLE, "SUM(x)"),
              new Measure("least", Merge.MIN_BYTES, "MIN(b)"),
              new Measure("greatest", Merge.MAX_BYTES, "MAX(b)"),
              new Measure("moments", Merge.MOMENTS, "VAR_POP(x)"),
              Measure.max("last", "n"),
              new Measure("distinct", Merge.DISTINCT, "COUNT(DISTINCT b)"),
              new Measure("sketch", Merge.DISTINCT_SKETCH, "APPROX_COUNT_DISTINCT(n)"),
              new Measure("quantiles", Merge.QUANTILE_SKETCH, "QUANTILES(n)")),
          List.of(Column.key("k"), Column.records("records")));

  /** A record; its values may be null, each. */
  private record Entry(String key, Double number, byte[] bytes, BigInteger integer) {}

  private final Random random = new Random(21);

  @Test
  public void anyTablesInAnyOrderGiveWhatAllRecordsGive() throws Exception {
    for (int round = 0; round < 300; round++) {
      List<Entry> all = new ArrayList<>();
      List<ReportTable> parts = new ArrayList<>();
      int keys = 1 + random.nextInt(50);
      for (int part = 0; part < 1 + random.nextInt(12); part++) {
        List<Entry> some = new ArrayList<>();
        for (int i = random.nextInt(60); i > 0; i--) {
          some.add(entry("k" + random.nextInt(keys)));
        }
        all.addAll(some);
        parts.add(table(some));
      }
      Collections.shuffle(parts, random);
      ReportTable total = REPORT.newTable();
      for (ReportTable part : parts) {
        total = merged(total, part);
      }
      assertIsOf(total, all);
      assertThat(exact(total), is(exact(table(all))));
    }
  }

  /** Merges a table in one of the ways in which tables are merged. */
  private ReportTable merged(ReportTable total, ReportTable part) throws Exception {
    switch (random.nextInt(6)) {
      case 0 -> total.merge(part);
      case 1 -> total.mergeFrom(ByteBuffer.wrap(part.toBytes()));
      case 2 -> {
        ReportTable expected = total.emptyCopy();
        ReportTable changed = total.mergeAndGetChanged(part);
        expected.copyShownRows(part, total);
        assertThat(contents(changed), is(contents(expected)));
      }
      case 3 -> {
        total.merge(part);
        return ReportTable.readFrom(ByteBuffer.wrap(total.toBytes()));
      }
      case 4 -> {
        total.merge(part);
        ReportTable together = total.emptyCopy();
        total.split().stream().filter(Objects::nonNull).forEach(together::merge);
        return together;
      }
      default -> {
        ReportTable together = ReportTable.emptyFrom(ByteBuffer.wrap(part.toBytes()));
        for (int prefix = 0; prefix < 4; prefix++) {
          together.merge(total.withPrefix(2, prefix));
        }
        for (byte[] bytes : part.toBytes(1, new int[] {1, 0}, 2)) {
          together.mergeFrom(ByteBuffer.wrap(bytes));
        }
        return together;
      }
    }
    return total;
  }

  private Entry entry(String key) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 4)];
    random.nextBytes(bytes);
    return new Entry(
        key,
        random.nextInt(4) == 0 ? null : 1e9 + random.nextGaussian(),
        random.nextInt(4) == 0 ? null : bytes,
        random.nextInt(4) == 0 ? null : new BigInteger(random.nextInt(120), random).negate());
  }

  private static ReportTable table(List<Entry> records) {
    ReportTable table = REPORT.newTable();
    for (Entry record : records) {
      int row = table.row(record.key());
      table.add(row, RECORDS, 1);
      if (record.number() != null) {
        table.addDouble(row, DOUBLES, record.number());
        table.addMoment(row, MOMENTS, record.number());
      }
      if (record.bytes() != null) {
        byte[] around = new byte[record.bytes().length + 2];
        System.arraycopy(record.bytes(), 0, around, 1, record.bytes().length);
        table.addBytes(row, LEAST, around, 1, around.length - 1);
        table.addBytes(row, GREATEST, around, 1, around.length - 1);
        table.addDistinct(row, DISTINCT, around, 1, around.length - 1);
      }
      if (record.integer() != null) {
        table.addToSum(row, SUM, record.integer());
        table.add(row, LAST, record.integer().longValue());
        table.addToDistinctSketch(row, SKETCH, record.integer().longValue());
        table.addToQuantileSketch(row, QUANTILES, record.integer().longValue());
      }
    }
    return table;
  }

  private static void assertIsOf(ReportTable table, List<Entry> records) {
    Map<String, List<Entry>> ofKeys = new HashMap<>();
    records.forEach(
        record -> ofKeys.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(record));
    assertThat(table.size(), is(ofKeys.size()));
    for (int at = 0; at < table.size(); at++) {
      List<Entry> ofKey = ofKeys.get(table.key(at));
      ReportRow row = REPORT.row(table, at);
      assertThat(row.measure("records"), is((Number) (long) ofKey.size()));
      BigInteger sum =
          ofKey.stream()
              .map(Entry::integer)
              .filter(Objects::nonNull)
              .reduce(BigInteger.ZERO, BigInteger::add);
      assertThat(new BigInteger(row.measure("sum").toString()), is(sum));
      List<byte[]> sorted =
          ofKey.stream()
              .map(Entry::bytes)
              .filter(Objects::nonNull)
              .sorted(Arrays::compareUnsigned)
              .toList();
      if (sorted.isEmpty()) {
        assertThat(row.bytesMeasure("least"), is(nullValue()));
        assertThat(row.bytesMeasure("greatest"), is(nullValue()));
      } else {
        assertThat(row.bytesMeasure("least"), is(sorted.get(0)));
        assertThat(row.bytesMeasure("greatest"), is(sorted.get(sorted.size() - 1)));
      }
      double[] numbers =
          ofKey.stream()
              .map(Entry::number)
              .filter(Objects::nonNull)
              .mapToDouble(number -> number)
              .toArray();
      double total = Arrays.stream(numbers).sum();
      assertThat(row.doubleMeasure("doubles"), is(closeTo(total, Math.abs(total) * 1e-12)));
      Moments moments = row.moments("moments");
      assertThat(moments.count(), is((long) numbers.length));
      double mean = numbers.length == 0 ? 0 : 1e9 + mean(numbers);
      assertThat(moments.mean(), is(closeTo(mean, 1e-6)));
      double squares =
          Arrays.stream(numbers).map(number -> (number - mean) * (number - mean)).sum();
      assertThat(moments.m2(), is(closeTo(squares, 1e-6 * Math.max(1, squares))));
      long different = sorted.stream().map(ByteBuffer::wrap).distinct().count();
      assertThat(row.distinctValues("distinct"), is(OptionalLong.of(different)));
      long[] integers =
          ofKey.stream()
              .map(Entry::integer)
              .filter(Objects::nonNull)
              .mapToLong(BigInteger::longValue)
              .sorted()
              .toArray();
      assertThat(
          row.estimatedDistinctValues("sketch"), is(Arrays.stream(integers).distinct().count()));
      assertThat(
          row.quantile("quantiles", 0.5),
          is(
              integers.length == 0
                  ? OptionalLong.empty()
                  : OptionalLong.of(integers[(integers.length + 1) / 2 - 1])));
    }
  }

  /** The mean without 1e9, so that it has all of its digits. */
  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).map(number -> number - 1e9).sum() / numbers.length;
  }

  private static Map<String, List<Object>> exact(ReportTable table) {
    Map<String, List<Object>> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(table.key(row), table.exactMeasures(row));
    }
    return rows;
  }

  private static Map<String, List<Object>> contents(ReportTable table) {
    Map<String, List<Object>> rows = exact(table);
    for (int row = 0; row < table.size(); row++) {
      rows.get(table.key(row)).add(table.doubleValue(row, DOUBLES));
      rows.get(table.key(row)).add(table.moments(row, MOMENTS));
    }
    return rows;
  }

  /** Ledgers keep this form. */
  @Test
  public void theFormInLedgersStays() throws Exception {
    ReportTable table = new ReportTable(Merge.values());
    int row = table.row("k");
    table.add(row, 0, 300);
    table.add(row, 1, 1);
    table.add(row, 2, 2);
    table.addDouble(row, 3, 1.5);
    table.addBytes(row, 5, new byte[] {7, 8}, 0, 2);
    table.addMoment(row, 6, 1);
    table.addMoment(row, 6, 2);
    table.addDistinct(row, 7, new byte[] {5, 6}, 1, 2);
    table.addToDistinctSketch(row, 8, 4);
    table.addToQuantileSketch(row, 9, -1);
    byte[] encoded = {
      10,
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9, // ten measures
      1,
      1,
      'k', // a row
      (byte) 0xac,
      2,
      1,
      2, // integers
      0,
      0,
      0,
      0,
      0,
      0,
      (byte) 0xf8,
      0x3f, // a double
      0, // no byte string
      3,
      7,
      8, // two bytes
      2,
      0,
      0,
      0,
      0,
      0,
      0,
      (byte) 0xf8,
      0x3f,
      0,
      0,
      0,
      0,
      0,
      0,
      (byte) 0xe0,
      0x3f, // moments
      5,
      1,
      6, // a value
      1,
      4,
      0,
      0,
      0,
      0,
      0,
      0,
      0, // a list of one hash
      0,
      1,
      -1,
      -1,
      -1,
      -1,
      -1,
      -1,
      -1,
      -1 // no sketch, and a list of one value
    };
    assertThat(table.toBytes(), is(encoded));
    assertThat(ReportTable.readFrom(ByteBuffer.wrap(encoded)).toBytes(), is(encoded));
  }

  @Test
  public void sumsTakeIntegersOf128Bits() {
    BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    for (BigInteger value :
        List.of(
            most,
            most.negate(),
            BigInteger.ONE.shiftLeft(64),
            BigInteger.ONE.shiftLeft(63),
            BigInteger.ONE.shiftLeft(63).negate(),
            BigInteger.ZERO)) {
      ReportTable table = new ReportTable(Merge.SUM);
      table.addToSum(table.row(""), 0, value);
      assertThat(new BigInteger(table.number(0, 0).toString()), is(value));
      table.addToSum(0, 0, value.negate());
      assertThat(table.number(0, 0), is((Number) 0L));
    }
  }

  @Test
  public void aSumThatHasLeft128BitsIsAnErrorWhateverComes() throws Exception {
    BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
    for (BigInteger value : List.of(most, most.negate())) {
      ReportTable once = sumOf(value);
      assertThat(new BigInteger(once.number(0, 0).toString()), is(value));
      ReportTable inUnit = sumOf(value, value);
      ReportTable merged = sumOf(value);
      merged.merge(once);
      ReportTable read = ReportTable.readFrom(ByteBuffer.wrap(merged.toBytes()));
      ReportTable back = sumOf(value.negate(), value.negate());
      back.mergeFrom(ByteBuffer.wrap(read.toBytes()));
      back.add(0, 0, Long.MAX_VALUE);
      back.add(0, 0, Long.MAX_VALUE);
      for (ReportTable table : List.of(inUnit, merged, read, back)) {
        assertThat(
            assertThrows(ArithmeticException.class, () -> table.number(0, 0)).getMessage(),
            is("the sum has more than 128 bits"));
      }
    }
  }

  private static ReportTable sumOf(BigInteger... values) {
    ReportTable table = new ReportTable(Merge.SUM);
    for (BigInteger value : values) {
      table.addToSum(table.row(""), 0, value);
    }
    return table;
  }

  /** A value that is replaced again and again leaves little behind. */
  @Test
  public void whatIsReplacedIsGivenBack() {
    for (int rows : new int[] {1, 100, 10_000}) {
      ReportTable table = new ReportTable(Merge.SUM, Merge.MAX_BYTES, Merge.MIN_BYTES);
      byte[][] greatest = new byte[rows][];
      for (int i = 0; i < 300_000; i++) {
        int key = random.nextInt(rows);
        byte[] value = String.format("%07d", i).repeat(1 + i % 5).getBytes(StandardCharsets.UTF_8);
        int row = table.row("k" + key);
        table.addBytes(row, 1, value, 0, value.length);
        table.addBytes(row, 2, value, 0, value.length);
        greatest[row] = value;
      }
      for (int row = 0; row < table.size(); row++) {
        assertThat(table.bytes(row, 1), is(greatest[row]));
      }
      long withoutStrings = 60L * rows + 2_000;
      assertThat(table.memory(), is(lessThan(3 * withoutStrings + 4 * 80L * rows)));
    }
  }
}
