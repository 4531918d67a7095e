package io.tailrace.storage;

import java.io.IOException;

/** A storage refuses for a reason that trying again does not change; the message has the remedy. */
public final class UnusableStorageException extends IOException {

  private static final long serialVersionUID = 1L;

  UnusableStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
