package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.Test;

/** A table gives what a plain map would give. */
public final class ReportTableTest {

  private static final Report REPORT =
      new Report(
          "r",
          List.of(Report.RECORDS, Measure.min("low", "n"), Measure.max("high", "n")),
          List.of(Column.key("k"), Column.records("records")));

  private final Random random = new Random(11);
  private final Map<String, List<Long>> expected = new TreeMap<>();

  @Test
  public void addsMergesSplitsAndTravelsLikeAMap() throws Exception {
    ReportTable total = REPORT.newTable();
    for (int i = 0; i < 20; i++) {
      total.merge(randomTable(i * 20));
    }
    assertThat(rows(total), is(expected));

    ReportTableCoder coder = ReportTableCoder.of();
    assertThat(rows(CoderUtils.clone(coder, total)), is(expected));

    Map<String, List<Long>> ofParts = new TreeMap<>();
    total.split().stream().filter(part -> part != null).forEach(p -> ofParts.putAll(rows(p)));
    assertThat(ofParts, is(expected));
  }

  @Test
  public void equalKeysAreInPartsOfTheSameNumber() {
    ReportTable small = REPORT.newTable();
    add(small, "only", 1);
    ReportTable large = randomTable(1_000);
    add(large, "only", 1);
    for (int part = 0; part < ReportTable.PARTS; part++) {
      ReportTable ofSmall = small.split().get(part);
      boolean inLarge =
          large.split().get(part) != null && rows(large.split().get(part)).containsKey("only");
      assertThat(inLarge, is(ofSmall != null));
    }
    assertThat(small.split().stream().filter(part -> part != null).count(), is(1L));
  }

  @Test
  public void findsWhatIsThereAndNothingElse() {
    ReportTable table = randomTable(1_000);
    for (int row = 0; row < table.size(); row++) {
      byte[] key = ("  " + table.key(row) + " ").getBytes(StandardCharsets.UTF_8);
      assertThat(table.find(key, 2, key.length - 1), is(row));
      assertThat(table.find(key, 1, key.length - 1), is(-1));
    }
    assertThat(table.find(new byte[0], 0, 0), is(-1));
  }

  @Test
  public void givesTheRowsThatAMergeChanged() {
    ReportTable total = randomTable(50);
    ReportTable partial = REPORT.newTable();
    add(partial, "new", 5);
    String known = total.key(0);
    add(partial, known, 7);
    ReportTable changed = total.mergeAndGetChanged(partial);
    assertThat(changed.size(), is(2));
    assertThat(rows(changed).get("new"), is(List.of(1L, 5L, 5L)));
    assertThat(rows(changed).get(known), is(rows(total).get(known)));
  }

  /** Against sums of any size, as partial tables travel, merge, split and come back. */
  @Test
  public void sumsNeverWrapAround() throws Exception {
    Report sums =
        new Report(
            "s",
            List.of(Report.RECORDS, Measure.sum("sum", "n"), Measure.max("high", "n")),
            List.of(Column.key("k"), Column.records("records"), Column.sum("sum")));
    long[] odd = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 1, 0, Long.MAX_VALUE - 1, 1L << 62};
    Map<String, BigInteger> plain = new TreeMap<>();
    ReportTable total = sums.newTable();
    for (int table = 0; table < 40; table++) {
      ReportTable partial = sums.newTable();
      for (int i = 0; i < 60; i++) {
        String key = "k" + random.nextInt(1 + table);
        long value =
            random.nextBoolean() ? odd[random.nextInt(odd.length)] : Math.abs(random.nextLong());
        int row = partial.row(key);
        partial.add(row, 0, 1);
        partial.addToSum(row, 1, value);
        partial.add(row, 2, value);
        plain.merge(key, BigInteger.valueOf(value), BigInteger::add);
      }
      ReportTable changed =
          total.mergeAndGetChanged(CoderUtils.clone(ReportTableCoder.of(), partial));
      for (Map.Entry<String, BigInteger> row : sums(changed).entrySet()) {
        assertThat(row.getValue(), is(plain.get(row.getKey())));
      }
      total = CoderUtils.clone(ReportTableCoder.of(), total);
    }
    assertThat(sums(total), is(plain));
    ReportTable copy = sums.newTable();
    copy.copyShownRows(total, total);
    assertThat(sums(copy), is(plain));
    Map<String, BigInteger> ofParts = new TreeMap<>();
    total.split().stream().filter(part -> part != null).forEach(p -> ofParts.putAll(sums(p)));
    assertThat(ofParts, is(plain));
  }

  /** What earlier versions wrote: the measures' kinds, then keys and values of 64 bits. */
  @Test
  public void aTableWithoutWideSumsIsEncodedAsItAlwaysWas() throws Exception {
    byte[] encoded = {3, 0, 1, 2, 1, 2, 's', '1', 7, 2, (byte) 0x80, 1};
    ReportTable table = ReportTable.readFrom(ByteBuffer.wrap(encoded));
    assertThat(rows(table), is(Map.of("s1", List.of(7L, 2L, 128L))));
    assertThat(table.toBytes(), is(encoded));
  }

  private static Map<String, BigInteger> sums(ReportTable table) {
    Map<String, BigInteger> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(table.key(row), new BigInteger(table.number(row, 1).toString()));
    }
    return rows;
  }

  /** Takes a minute and more if the rows of a part crowd together in it. */
  @Test(timeout = 20_000)
  public void aMillionRowsSplitAtOnce() {
    ReportTable table = REPORT.newTable();
    for (int i = 0; i < 1_000_000; i++) {
      table.row("s" + i);
    }
    for (ReportTable part : table.split()) {
      assertThat(part.size(), both(greaterThan(240_000)).and(lessThan(260_000)));
    }
  }

  @Test
  public void emptyTablesHaveNoParts() {
    REPORT.newTable().split().forEach(part -> assertThat(part, is(nullValue())));
  }

  private ReportTable randomTable(int keys) {
    ReportTable table = REPORT.newTable();
    for (int i = 0; i < keys * 3; i++) {
      String key = "é" + random.nextInt(keys) + "k".repeat(random.nextInt(4));
      long value = random.nextLong();
      add(table, key, value);
      expected.merge(
          key,
          List.of(1L, value, value),
          (a, b) -> List.of(a.get(0) + 1, Math.min(a.get(1), value), Math.max(a.get(2), value)));
    }
    return table;
  }

  private static void add(ReportTable table, String key, long value) {
    int row = table.row(key);
    table.add(row, 0, 1);
    table.add(row, 1, value);
    table.add(row, 2, value);
  }

  private static Map<String, List<Long>> rows(ReportTable table) {
    Map<String, List<Long>> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(
          table.key(row),
          List.of(table.measure(row, 0), table.measure(row, 1), table.measure(row, 2)));
    }
    return rows;
  }
}
