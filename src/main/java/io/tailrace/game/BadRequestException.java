package io.tailrace.game;

/** A request that cannot be understood; the message is one line for the client. */
final class BadRequestException extends Exception {

  private static final long serialVersionUID = 1L;

  BadRequestException(String message) {
    super(message);
  }
}
