package io.tailrace.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.util.Utf8;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;

/**
 * A column of texts in a row group of a Parquet file, each of which is held once, however often it
 * comes. It is written with a dictionary where that is less, and as the texts themselves where it
 * is not.
 *
 * <p>Parquet's own column hashes and compares the bytes of every text, which took a third of the
 * time of game-events; a text that is the same object as one before costs next to nothing here.
 */
final class TextColumn {

  private static final int NO_TEXT = -1;
  private static final int LENGTH_BYTES = 4;
  private static final int FIRST_PAGE_BYTES = 1 << 10;

  private final ParquetProperties properties;
  private final ColumnPages pages;
  private final List<Binary> texts = new ArrayList<>();

  /** Where in {@link #texts} a text is; null when too few came twice for that to be of use. */
  private Map<CharSequence, Integer> places = new HashMap<>();

  private int[] placeOfRow = new int[1 << 10];
  private int rows;
  private long bytesOfTexts;

  TextColumn(ColumnDescriptor column, ParquetProperties properties, PageWriter pages) {
    this.properties = properties;
    this.pages = new ColumnPages(column, properties, pages, row -> placeOfRow[row] == NO_TEXT);
  }

  /** Adds the text of the next row, or null; it must not change any more. */
  void add(CharSequence text) {
    if (rows == placeOfRow.length) {
      placeOfRow = Arrays.copyOf(placeOfRow, 2 * rows);
    }
    int place = text == null ? NO_TEXT : place(text);
    placeOfRow[rows] = place;
    rows++;
    if (rows == pages.rowsOfPage() && texts.size() > rows / 2) {
      places = null;
    }
  }

  private int place(CharSequence text) {
    Integer place = places == null ? null : places.get(text);
    if (place != null) {
      return place;
    }
    int next = texts.size();
    Binary bytes = binary(text);
    texts.add(bytes);
    bytesOfTexts += LENGTH_BYTES + bytes.length();
    if (places != null) {
      places.put(text, next);
    }
    return next;
  }

  /** The bytes of a text. */
  static Binary binary(CharSequence text) {
    return text instanceof Utf8 utf8
        ? Binary.fromConstantByteArray(utf8.getBytes(), 0, utf8.getByteLength())
        : Binary.fromConstantByteArray(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** About how many bytes of memory its texts and rows need. */
  long heldBytes() {
    return bytesOfTexts + (long) rows * Integer.BYTES;
  }

  /** Writes all of it. */
  void write() throws IOException {
    int width = ColumnPages.width(texts.size());
    boolean asDictionary =
        bytesOfTexts <= properties.getDictionaryPageSizeThreshold()
            && bytesOfTexts + (long) rows * width / Byte.SIZE < bytesOfRows();
    for (int from = 0; from < rows; ) {
      from = asDictionary ? writePlaces(from, width) : writeTexts(from);
    }
    if (asDictionary) {
      try (PlainValuesWriter dictionary = plain()) {
        texts.forEach(dictionary::writeBytes);
        pages.writeDictionary(dictionary.getBytes(), texts.size());
      }
    }
  }

  private long bytesOfRows() {
    long bytes = 0;
    for (int row = 0; row < rows; row++) {
      bytes += placeOfRow[row] == NO_TEXT ? 0 : LENGTH_BYTES + texts.get(placeOfRow[row]).length();
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
    boolean[] seen = new boolean[texts.size()];
    for (int row = from; row < to; row++) {
      int place = placeOfRow[row];
      if (place == NO_TEXT) {
        statistics.incrementNumNulls();
      } else if (!seen[place]) {
        seen[place] = true;
        statistics.updateStats(texts.get(place));
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
        if (place == NO_TEXT) {
          statistics.incrementNumNulls();
        } else {
          values.writeBytes(texts.get(place));
          statistics.updateStats(texts.get(place));
        }
        row++;
      }
      pages.writePlain(from, row, values.getBytes(), statistics);
    }
    return row;
  }
}
