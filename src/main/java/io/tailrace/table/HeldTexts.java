package io.tailrace.table;

import io.tailrace.format.ByteHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.io.api.Binary;

/**
 * The texts of a column of {@link HeldRows}. Each is held once, however often it comes, unless the
 * first rows show that few come twice: then looking for them would cost more than it saves.
 *
 * <p>Texts are in chunks of memory that are never moved; a longer text has a chunk of its own.
 */
final class HeldTexts {

  /** The place of a text that is null. */
  static final int NONE = -1;

  /** So many rows tell whether texts come again: those of a page of Parquet. */
  private static final int ROWS_TO_LOOK_AT = 20_000;

  private static final int FIRST_CHUNK_BYTES = 1 << 8;
  private static final int CHUNK_BYTES = 1 << 20;

  private final List<byte[]> chunks = new ArrayList<>();
  private byte[] chunk = new byte[FIRST_CHUNK_BYTES];
  private int used;

  private int[] chunkOfPlace = new int[1 << 4];
  private int[] from = new int[1 << 4];
  private int[] length = new int[1 << 4];
  private int places;

  /**
   * Open addressing with linear probing: a place plus one, or 0. Null when texts are not sought.
   */
  private int[] table = new int[1 << 5];

  private int[] placeOfRow = new int[1 << 4];
  private int rows;

  HeldTexts() {
    chunks.add(chunk);
  }

  /**
   * Adds the text of the next row, which is copied.
   *
   * @return about how many bytes more are held
   */
  int add(byte[] bytes, int begin, int end) {
    int held = places;
    addRow(table == null ? append(bytes, begin, end) : place(bytes, begin, end));
    if (rows == ROWS_TO_LOOK_AT && places > rows / 2) {
      table = null;
    }
    return places == held ? 0 : end - begin;
  }

  /** Adds that the next row has no text. */
  void addNull() {
    addRow(NONE);
  }

  private void addRow(int place) {
    if (rows == placeOfRow.length) {
      placeOfRow = Arrays.copyOf(placeOfRow, 2 * rows);
    }
    placeOfRow[rows++] = place;
  }

  private int place(byte[] bytes, int begin, int end) {
    int at = ByteHash.of(bytes, begin, end) & table.length - 1;
    while (table[at] != 0) {
      int place = table[at] - 1;
      if (ByteHash.areEqual(
          chunks.get(chunkOfPlace[place]),
          from[place],
          from[place] + length[place],
          bytes,
          begin,
          end)) {
        return place;
      }
      at = at + 1 & table.length - 1;
    }
    int place = append(bytes, begin, end);
    table[at] = place + 1;
    if (2 * places > table.length) {
      grow();
    }
    return place;
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int place = 0; place < places; place++) {
      int at =
          ByteHash.of(bytes(place), from[place], from[place] + length[place]) & table.length - 1;
      while (table[at] != 0) {
        at = at + 1 & table.length - 1;
      }
      table[at] = place + 1;
    }
  }

  private int append(byte[] bytes, int begin, int end) {
    int size = end - begin;
    if (size > chunk.length - used) {
      chunk = new byte[Math.max(size, Math.min(CHUNK_BYTES, 2 * chunk.length))];
      chunks.add(chunk);
      used = 0;
    }
    System.arraycopy(bytes, begin, chunk, used, size);
    if (places == from.length) {
      chunkOfPlace = Arrays.copyOf(chunkOfPlace, 2 * places);
      from = Arrays.copyOf(from, 2 * places);
      length = Arrays.copyOf(length, 2 * places);
    }
    chunkOfPlace[places] = chunks.size() - 1;
    from[places] = used;
    length[places] = size;
    used += size;
    return places++;
  }

  /** How many texts there are; their places are 0 and up. */
  int places() {
    return places;
  }

  /** Which text a row has, or {@link #NONE}. */
  int place(int row) {
    return placeOfRow[row];
  }

  /** The array that has a text. */
  byte[] bytes(int place) {
    return chunks.get(chunkOfPlace[place]);
  }

  /** Where a text begins in its array. */
  int from(int place) {
    return from[place];
  }

  /** The bytes of a text. */
  int length(int place) {
    return length[place];
  }

  /** A text as Parquet takes it. */
  Binary binary(int place) {
    return Binary.fromConstantByteArray(bytes(place), from[place], length[place]);
  }
}
