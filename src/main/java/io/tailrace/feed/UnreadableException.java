package io.tailrace.feed;

import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** A slice cannot be read now: its file is gone, denied, damaged or no longer the same. */
final class UnreadableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Slice slice;
  private final boolean damaged;

  private UnreadableException(Slice slice, String reason, boolean damaged, Exception cause) {
    super(reason, cause);
    this.slice = slice;
    this.damaged = damaged;
  }

  UnreadableException(Slice slice, String reason) {
    this(slice, reason, false, null);
  }

  UnreadableException(Slice slice, IOException cause) {
    this(slice, reason(cause), false, cause);
  }

  /** The bytes themselves are to blame, so that this version of the file is never read. */
  static UnreadableException damaged(Slice slice, DamagedException cause) {
    return new UnreadableException(slice, cause.getMessage(), true, cause);
  }

  /** Why, in words: some exceptions have only the name of a file or of a class. */
  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    if (cause instanceof EOFException) {
      return DamagedException.ENDS_IN_THE_MIDDLE;
    }
    String message = cause.getMessage();
    boolean isOfCause = cause.getCause() != null && cause.getCause().toString().equals(message);
    if (isOfCause && cause.getCause() instanceof IOException inner) {
      return reason(inner);
    }
    return message == null || isOfCause ? "it cannot be read" : message;
  }

  /** What a receipt says of it. */
  Receipt.Unread toUnread(Unit unit) {
    return new Receipt.Unread(slice, getMessage(), damaged, RetryNote.name(unit, slice));
  }

  Slice slice() {
    return slice;
  }

  boolean isDamaged() {
    return damaged;
  }
}
