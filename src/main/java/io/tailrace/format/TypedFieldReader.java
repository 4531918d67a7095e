package io.tailrace.format;

/**
 * Takes records of a format apart that has types of its own: a field is a text, or a number that
 * has been read with the record.
 */
public interface TypedFieldReader extends FieldReader {

  /** The value of a column that is no text: an integer, or the microseconds of a TIMESTAMP. */
  long number(int column);
}
