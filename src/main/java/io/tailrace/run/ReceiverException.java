package io.tailrace.run;

import java.io.IOException;

/** A receiver of notices does not answer, or not as it should. */
final class ReceiverException extends IOException {

  private static final long serialVersionUID = 1L;

  ReceiverException(String message, Throwable cause) {
    super(message, cause);
  }
}
