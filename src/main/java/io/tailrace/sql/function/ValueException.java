package io.tailrace.sql.function;

/**
 * Says that an expression has no value for a record, as where a number is too large: DuckDB would
 * end the query, and here the record is a dead letter. It has no stack trace, because there can be
 * one for each record.
 */
public final class ValueException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param reason why there is none, for people
   */
  public ValueException(String reason) {
    super(reason, null, false, false);
  }
}
