package io.tailrace.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertThrows;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Rows that are written as Parquet come back as they were. */
public final class ParquetSinkTest {

  private static final Schema SCHEMA =
      SchemaBuilder.record("Row")
          .fields()
          .requiredString("text")
          .optionalString("note")
          .requiredLong("number")
          .optionalInt("small")
          .optionalDouble("measured")
          .optionalBoolean("truth")
          .endRecord();

  private static final LogTable LOG = LogTable.of("rows", SCHEMA);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private File file;
  private DataFile written;

  private void write(LogTable log, List<GenericRecord> rows) throws IOException {
    file = folder.newFile();
    try (FileOutputStream out = new FileOutputStream(file);
        WritableByteChannel channel = out.getChannel()) {
      LogSink sink = LogSink.of(log, () -> channel);
      rows.forEach(sink::write);
      sink.finish();
      written = sink.dataFile(file.getName());
    }
  }

  private InputFile input() {
    return new LocalInputFile(file.toPath());
  }

  private List<String> read() throws IOException {
    List<String> rows = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(input()).build()) {
      for (GenericRecord row; (row = reader.read()) != null; ) {
        rows.add(row.toString());
      }
    }
    return rows;
  }

  private int rowGroups() throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(input())) {
      return reader.getRowGroups().size();
    }
  }

  private static GenericRecord row(Object... values) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    for (int i = 0; i < values.length; i++) {
      row.put(i, values[i]);
    }
    return row;
  }

  private static GenericRecord textRow(CharSequence text) {
    return row(text, null, 0L, null, null, null);
  }

  private static List<GenericRecord> rows(int count, IntFunction<GenericRecord> row) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row.apply(i));
    }
    return rows;
  }

  private void requireThatTheyComeBack(List<GenericRecord> rows) throws IOException {
    write(LOG, rows);
    assertThat(read(), equalTo(rows.stream().map(GenericRecord::toString).toList()));
  }

  @Test
  public void noRows() throws IOException {
    requireThatTheyComeBack(List.of());
  }

  @Test
  public void rowsOfAllKinds() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int texts = 1 << random.nextInt(12);
      int notes = 1 << random.nextInt(12);
      int often = 1 + random.nextInt(4);
      requireThatTheyComeBack(
          rows(
              random.nextInt(5_000),
              i ->
                  row(
                      "é".repeat(random.nextInt(2)) + random.nextInt(texts),
                      random.nextInt(often) == 0 ? null : new Utf8("n" + random.nextInt(notes)),
                      random.nextLong(),
                      random.nextInt(often) == 0 ? null : random.nextInt(),
                      random.nextInt(often) == 0 ? null : random.nextGaussian(),
                      random.nextInt(often) == 0 ? null : random.nextBoolean())));
    }
  }

  @Test
  public void fewTextsOfManyRowsAreADictionary() throws IOException {
    requireThatTheyComeBack(rows(100_000, i -> textRow("Player " + i % 10)));
    assertThat(file.length(), is(lessThan(100_000L)));
  }

  @Test
  public void fewNumbersOfManyRowsAreADictionary() throws IOException {
    requireThatTheyComeBack(
        rows(
            100_000,
            i ->
                row(
                    "",
                    null,
                    Long.MIN_VALUE + i % 10,
                    i % 3 == 0 ? null : Integer.MAX_VALUE - i % 100,
                    i % 5 == 0 ? null : 1.5,
                    null)));
    assertThat(file.length(), is(lessThan(250_000L)));
  }

  @Test
  public void numbersThatComeAgainSometimes() throws IOException {
    for (int often : new int[] {1, 2, 3, 1_000, 30_000}) {
      for (int later : new int[] {1, 2, 3, 1_000, 30_000}) {
        requireThatTheyComeBack(
            rows(
                60_000,
                i -> {
                  int number = i < 2_000 ? i / often : i / later;
                  return row("", null, (long) number << 40, number, -0.25 * number, null);
                }));
      }
    }
  }

  @Test
  public void numbersAtTheEdge() throws IOException {
    List<Object> longs = List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
    List<Object> ints = List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE);
    List<Object> doubles =
        List.of(Double.NaN, -0.0, 0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY);
    for (int count : new int[] {1, 5, 1_000, 20_000, 20_001}) {
      requireThatTheyComeBack(
          rows(
              count,
              i -> row("", null, longs.get(i % 5), ints.get(i % 5), doubles.get(i % 5), null)));
    }
  }

  @Test
  public void textsThatNeverComeAgain() throws IOException {
    requireThatTheyComeBack(rows(60_000, i -> textRow("Player " + i)));
  }

  @Test
  public void textsThatComeAgainButAreMuch() throws IOException {
    String much = "x".repeat(2_000);
    requireThatTheyComeBack(rows(5_000, i -> textRow(i % 1_000 + much)));
  }

  @Test
  public void aTextLongerThanAPage() throws IOException {
    String much = "x".repeat(2_000_000);
    requireThatTheyComeBack(rows(5, i -> textRow(i % 3 + much)));
  }

  @Test
  public void whatIsMoreThanShouldBeHeldIsSeveralRowGroups() throws IOException {
    String much = "x".repeat(20_000);
    requireThatTheyComeBack(rows(8_000, i -> textRow(i + much)));
    assertThat(rowGroups(), is(greaterThan(1)));
  }

  @Test
  public void aSortedFileOfSeveralRowGroupsIsInOrder() throws IOException {
    String much = "x".repeat(20_000);
    List<GenericRecord> rows =
        rows(8_000, i -> row(i * 7_919 % 8_000 + much, "n" + i % 3, (long) i % 100));
    write(LOG.sortedBy("note", "number"), rows);
    Comparator<GenericRecord> order = Comparator.comparing(row -> row.get("note").toString());
    order = order.thenComparing(row -> (Long) row.get("number"));
    assertThat(read(), equalTo(rows.stream().sorted(order).map(GenericRecord::toString).toList()));
    assertThat(rowGroups(), is(greaterThan(1)));
  }

  @Test
  public void leastAndGreatestAreKnown() throws IOException {
    List<GenericRecord> rows =
        rows(50_000, i -> row("t" + (50_000 + i), i % 2 == 0 ? null : "n" + i % 10, (long) -i));
    write(LOG, rows);
    assertThat(
        written.statistics(),
        is(
            "{\"numRecords\":50000,"
                + "\"minValues\":{\"text\":\"t50000\",\"note\":\"n1\",\"number\":-49999},"
                + "\"maxValues\":{\"text\":\"t99999\",\"note\":\"n9\",\"number\":0},"
                + "\"nullCount\":{\"text\":0,\"note\":25000,\"number\":0,\"small\":50000,"
                + "\"measured\":50000,\"truth\":50000}}"));
  }

  @Test
  public void whatMustBeThereIsMissed() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> write(LOG, List.of(row(null, "note", 1L))));
    assertThat(failure.getMessage(), is("No value in column text"));
  }
}
