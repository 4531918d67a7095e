package io.tailrace.feed;

import io.tailrace.ledger.Slice;

/** A slice cannot be read now: its file is gone, denied, damaged or no longer the same. */
final class UnreadableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Slice slice;

  UnreadableException(Slice slice, String reason) {
    super(reason);
    this.slice = slice;
  }

  UnreadableException(Slice slice, Exception cause) {
    super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
    this.slice = slice;
  }

  Slice slice() {
    return slice;
  }
}
