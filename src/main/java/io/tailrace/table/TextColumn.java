package io.tailrace.table;

import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;

/**
 * A column of texts in a row group of a Parquet file. It is written with a dictionary where that is
 * less, and as the texts themselves where it is not.
 *
 * <p>Parquet's own column hashes and compares the bytes of every text, which took a third of the
 * time of game-events; here that was done when the texts were held.
 */
final class TextColumn {

  private static final int LENGTH_BYTES = 4;
  private static final int FIRST_PAGE_BYTES = 1 << 10;

  private final ParquetProperties properties;
  private final ColumnPages pages;
  private final HeldTexts held;

  /** Of each text of the column its place among those that are held. */
  private final int[] texts;

  /** Of each row the place in {@link #texts} of its text, or {@link HeldTexts#NONE}. */
  private final int[] placeOfRow;

  private final int rows;
  private final long bytesOfTexts;

  /**
   * A column of some of the rows.
   *
   * @param order the rows of the column, in their order
   */
  TextColumn(
      ColumnDescriptor column,
      ParquetProperties properties,
      PageWriter pages,
      HeldTexts held,
      int[] order) {
    this.properties = properties;
    this.held = held;
    this.rows = order.length;
    this.placeOfRow = new int[rows];
    this.pages =
        new ColumnPages(column, properties, pages, row -> placeOfRow[row] == HeldTexts.NONE);
    // Those of these rows, in the order in which they come: a place plus one, or 0.
    int[] placeOfText = new int[held.places()];
    int[] found = new int[Math.min(rows, held.places())];
    int count = 0;
    long bytes = 0;
    for (int row = 0; row < rows; row++) {
      int text = held.place(order[row]);
      if (text == HeldTexts.NONE) {
        placeOfRow[row] = HeldTexts.NONE;
        continue;
      }
      if (placeOfText[text] == 0) {
        found[count++] = text;
        placeOfText[text] = count;
        bytes += LENGTH_BYTES + held.length(text);
      }
      placeOfRow[row] = placeOfText[text] - 1;
    }
    this.texts = Arrays.copyOf(found, count);
    this.bytesOfTexts = bytes;
  }

  private Binary text(int place) {
    return held.binary(texts[place]);
  }

  /** Writes all of it. */
  void write() throws IOException {
    int width = ColumnPages.width(texts.length);
    boolean asDictionary =
        bytesOfTexts <= properties.getDictionaryPageSizeThreshold()
            && bytesOfTexts + (long) rows * width / Byte.SIZE < bytesOfRows();
    for (int from = 0; from < rows; ) {
      from = asDictionary ? writePlaces(from, width) : writeTexts(from);
    }
    if (asDictionary) {
      try (PlainValuesWriter dictionary = plain()) {
        for (int place = 0; place < texts.length; place++) {
          dictionary.writeBytes(text(place));
        }
        pages.writeDictionary(dictionary.getBytes(), texts.length);
      }
    }
  }

  private long bytesOfRows() {
    long bytes = 0;
    for (int row = 0; row < rows; row++) {
      bytes +=
          placeOfRow[row] == HeldTexts.NONE
              ? 0
              : LENGTH_BYTES + held.length(texts[placeOfRow[row]]);
    }
    return bytes;
  }

  private PlainValuesWriter plain() {
    return new PlainValuesWriter(
        FIRST_PAGE_BYTES, properties.getPageSizeThreshold(), properties.getAllocator());
  }

  /** Writes a page of places in the dictionary. */
  private int writePlaces(int from, int width) throws IOException {
    int to = Math.min(rows, from + pages.rowsOfPage());
    Statistics<?> statistics = pages.newStatistics();
    boolean[] seen = new boolean[texts.length];
    for (int row = from; row < to; row++) {
      int place = placeOfRow[row];
      if (place == HeldTexts.NONE) {
        statistics.incrementNumNulls();
      } else if (!seen[place]) {
        seen[place] = true;
        statistics.updateStats(text(place));
      }
    }
    pages.writePlaces(from, to, placeOfRow, width, statistics);
    return to;
  }

  /** Writes a page of texts. */
  private int writeTexts(int from) throws IOException {
    Statistics<?> statistics = pages.newStatistics();
    int row = from;
    try (PlainValuesWriter values = plain()) {
      while (row < rows
          && row - from < pages.rowsOfPage()
          && values.getBufferedSize() < properties.getPageSizeThreshold()) {
        int place = placeOfRow[row];
        if (place == HeldTexts.NONE) {
          statistics.incrementNumNulls();
        } else {
          values.writeBytes(text(place));
          statistics.updateStats(text(place));
        }
        row++;
      }
      pages.writePlain(from, row, values.getBytes(), statistics);
    }
    return row;
  }
}
