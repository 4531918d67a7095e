package io.tailrace.format;

import java.util.Optional;

/**
 * Takes a record apart into the fields of an input's columns, whose values stay where they are in
 * memory.
 *
 * <p>Allocates nothing per record that it can read. Not safe for use by more than one thread.
 */
public interface FieldReader {

  /**
   * In the place of the position of a field: what is asked for are the fields that belong to no
   * column, as JSON.
   */
  int RESCUED = -1;

  /** What a field holds. */
  enum Content {
    /** No value, which is NULL. */
    NOTHING,
    /** A text: a field of CSV, or a text of JSON without its quotes and escapes. */
    TEXT,
    /** A number of JSON without decimals and exponent, as it is written. */
    INTEGER,
    /** Another number of JSON, as it is written. */
    REAL,
    /** {@code true} or {@code false} of JSON. */
    TRUTH,
    /** An object or an array of JSON, as it is written. */
    NESTED
  }

  /**
   * Reads the record in {@code bytes[from, to)}. The fields can be asked for until the next one is
   * read or the bytes change.
   *
   * @return empty if it has the form of a record, otherwise the reason why it has not
   */
  Optional<String> read(byte[] bytes, int from, int to);

  /** What the field of a column holds. */
  Content content(int column);

  /** The array that has the value of a column, in UTF-8. */
  byte[] bytes(int column);

  /** Where the value of a column begins in {@link #bytes(int)}. */
  int from(int column);

  /** Where the value of a column ends in {@link #bytes(int)}, exclusive. */
  int to(int column);
}
