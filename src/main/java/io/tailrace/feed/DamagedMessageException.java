package io.tailrace.feed;

import java.io.IOException;

/** The brokers' copy of the next message is damaged; trying again does not change that. */
final class DamagedMessageException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedMessageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
