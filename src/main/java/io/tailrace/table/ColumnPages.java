package io.tailrace.table;

import java.io.IOException;
import java.util.function.IntPredicate;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/**
 * Writes the data pages (version 1) of a column that is no list, in the <a
 * href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">encodings</a> {@code
 * RLE_DICTIONARY} and {@code PLAIN}.
 */
final class ColumnPages {

  private static final int FIRST_PAGE_BYTES = 1 << 10;

  private final ColumnDescriptor column;
  private final ParquetProperties properties;
  private final PageWriter pages;
  private final IntPredicate isNull;

  /**
   * @param isNull whether the column is null in a row
   */
  ColumnPages(
      ColumnDescriptor column,
      ParquetProperties properties,
      PageWriter pages,
      IntPredicate isNull) {
    this.column = column;
    this.properties = properties;
    this.pages = pages;
    this.isNull = isNull;
  }

  /** The most rows of a page. */
  int rowsOfPage() {
    return properties.getPageRowCountLimit();
  }

  /** Statistics of a page, which are not kept where nobody wants them. */
  Statistics<?> newStatistics() {
    return properties.getStatisticsEnabled(column)
        ? Statistics.createStats(column.getPrimitiveType())
        : Statistics.noopStats(column.getPrimitiveType());
  }

  /** The number of bits of a place in a dictionary. */
  static int width(int distinct) {
    return BytesUtils.getWidthFromMaxInt(Math.max(0, distinct - 1));
  }

  /** Writes a page of the rows {@code [from, to)}, of whose values this is the plain form. */
  void writePlain(int from, int to, BytesInput values, Statistics<?> statistics)
      throws IOException {
    write(from, to, values, statistics, Encoding.PLAIN);
  }

  /**
   * Writes a page of the rows {@code [from, to)}, whose values are in a dictionary.
   *
   * @param placeOfRow where in the dictionary they are
   * @param width the number of bits of a place
   */
  void writePlaces(int from, int to, int[] placeOfRow, int width, Statistics<?> statistics)
      throws IOException {
    try (RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(
            width,
            FIRST_PAGE_BYTES,
            properties.getPageSizeThreshold(),
            properties.getAllocator())) {
      for (int row = from; row < to; row++) {
        if (!isNull.test(row)) {
          encoder.writeInt(placeOfRow[row]);
        }
      }
      BytesInput values =
          BytesInput.concat(BytesInput.from(new byte[] {(byte) width}), encoder.toBytes());
      write(from, to, values, statistics, Encoding.RLE_DICTIONARY);
    }
  }

  private void write(
      int from, int to, BytesInput values, Statistics<?> statistics, Encoding encoding)
      throws IOException {
    try (ValuesWriter repeated = properties.newRepetitionLevelWriter(column);
        ValuesWriter defined = properties.newDefinitionLevelWriter(column)) {
      if (column.getMaxDefinitionLevel() > 0) {
        for (int row = from; row < to; row++) {
          defined.writeInteger(isNull.test(row) ? 0 : column.getMaxDefinitionLevel());
        }
      }
      pages.writePage(
          BytesInput.concat(repeated.getBytes(), defined.getBytes(), values),
          to - from,
          to - from,
          statistics,
          repeated.getEncoding(),
          defined.getEncoding(),
          encoding);
    }
  }

  /** Writes the dictionary, behind the pages. */
  void writeDictionary(BytesInput plain, int distinct) throws IOException {
    pages.writeDictionaryPage(new DictionaryPage(plain, distinct, Encoding.PLAIN));
  }
}
