package io.tailrace.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.tailrace.format.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.Test;

/** Rows that are held come back as they were, in the order of a plain, stable sort. */
public final class HeldRowsTest {

  private static final List<SqlType> TYPES =
      List.of(
          SqlType.INTEGER,
          SqlType.BIGINT,
          SqlType.DOUBLE,
          SqlType.BOOLEAN,
          SqlType.VARCHAR,
          SqlType.decimal(12, 2),
          SqlType.decimal(38, 3));

  private static final LogTable LOG =
      LogTable.of(
          "rows",
          IntStream.range(0, TYPES.size())
              .mapToObj(place -> new TypedColumn("c" + place, TYPES.get(place)))
              .toList());

  private static final List<Double> DOUBLES =
      List.of(
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          -Double.MAX_VALUE,
          -1.5,
          -0.0,
          0.0,
          Double.MIN_VALUE,
          1.5,
          Double.POSITIVE_INFINITY);

  private static Object value(Random random, int column, int different) {
    int number = random.nextInt(different);
    return switch (column) {
      case 0 -> random.nextBoolean() ? number : Integer.MAX_VALUE - number;
      case 1 -> number % 3 == 0 ? Long.MAX_VALUE - number : number - 5L;
      case 2 -> DOUBLES.get(number % DOUBLES.size());
      case 3 -> number % 2 == 0;
      case 4 -> new Utf8(number % 5 == 0 ? "é" + number : "b".repeat(number % 30));
      case 5 -> BigDecimal.valueOf(number - 3L, 2);
      default -> new BigDecimal(BigInteger.TEN.pow(30).multiply(BigInteger.valueOf(number)), 3);
    };
  }

  @SuppressWarnings("unchecked")
  private static int compare(Object one, Object other) {
    return ((Comparable<Object>) one).compareTo(other);
  }

  private static Comparator<GenericRecord> plain(List<Integer> columns) {
    Comparator<GenericRecord> order = (a, b) -> 0;
    for (int column : columns) {
      order =
          order.thenComparing(row -> row.get(column), Comparator.nullsLast(HeldRowsTest::compare));
    }
    return order;
  }

  @Test
  public void theirOrderIsThatOfAStableSort() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int different = 1 << random.nextInt(12);
      int seldom = 1 + random.nextInt(5);
      HeldRows held = HeldRows.of(LOG);
      List<GenericRecord> rows = new ArrayList<>();
      int count = random.nextInt(3) * random.nextInt(300);
      for (int i = 0; i < count; i++) {
        GenericRecord row = new GenericData.Record(LOG.schema());
        for (int column = 0; column < TYPES.size(); column++) {
          boolean isNull = seldom < 5 && random.nextInt(seldom) == 0;
          row.put(column, isNull ? null : value(random, column, different));
        }
        rows.add(row);
        held.add(row);
      }
      List<Integer> columns = new ArrayList<>(IntStream.range(0, TYPES.size()).boxed().toList());
      Collections.shuffle(columns, random);
      columns = columns.subList(0, random.nextInt(TYPES.size() + 1));
      Comparator<GenericRecord> plain = plain(columns);
      int[] expected =
          IntStream.range(0, rows.size())
              .boxed()
              .sorted((a, b) -> plain.compare(rows.get(a), rows.get(b)))
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(seed + " by " + columns, RowOrder.of(held, columns), equalTo(expected));
    }
  }

  @Test
  public void rowsComeBackAsTheyWereAdded() {
    Random random = new Random(1);
    HeldRows held = HeldRows.of(LOG);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      GenericRecord row = new GenericData.Record(LOG.schema());
      for (int column = 0; column < TYPES.size(); column++) {
        row.put(column, random.nextInt(4) == 0 ? null : value(random, column, 100));
      }
      // Few at first and each another later, some of them longer than what is held together.
      String text = i < 20_000 ? "t" + i % 50 : i + "x".repeat(i % 10_000 == 0 ? 3 << 20 : 9);
      row.put(4, new Utf8(text));
      held.add(row);
      if (i % 1_000 == 0) {
        expected.add(row.toString());
      }
    }
    List<String> actual = new ArrayList<>();
    for (int i = 0; i < held.rows(); i += 1_000) {
      actual.add(held.row(i).toString());
    }
    assertThat(actual, equalTo(expected));
  }

  @Test
  public void textsAreNotSoughtWhereTheyDoNotComeAgain() {
    HeldTexts texts = new HeldTexts();
    byte[] text = new byte[8];
    for (int i = 0; i < 50_000; i++) {
      Arrays.fill(text, (byte) (i % 100));
      text[0] = (byte) i;
      text[1] = (byte) (i >> 8);
      texts.add(text, 0, 8);
    }
    assertThat(texts.places(), equalTo(50_000));
    texts.add(text, 0, 8);
    assertThat(texts.places(), equalTo(50_001));
  }
}
