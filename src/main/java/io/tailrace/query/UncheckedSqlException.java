package io.tailrace.query;

import java.sql.SQLException;

/** Carries an {@link SQLException} through code that knows of {@code java.io} alone. */
final class UncheckedSqlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UncheckedSqlException(SQLException cause) {
    super(cause);
  }

  @Override
  public synchronized SQLException getCause() {
    return (SQLException) super.getCause();
  }
}
