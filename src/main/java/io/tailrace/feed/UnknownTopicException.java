package io.tailrace.feed;

import java.io.IOException;

/** The brokers have no topic of a name. */
final class UnknownTopicException extends IOException {

  private static final long serialVersionUID = 1L;

  UnknownTopicException(String topic, Throwable cause) {
    super("there is no topic " + topic, cause);
  }
}
