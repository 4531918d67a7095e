package io.tailrace.feed;

import java.io.IOException;

/** The bytes of a packed file cannot be unpacked, whoever reads them and however often. */
final class DamagedException extends IOException {

  private static final long serialVersionUID = 1L;

  static final String ENDS_IN_THE_MIDDLE = "it ends in the middle";

  /**
   * @param problem what is wrong, in words
   */
  DamagedException(String problem) {
    super(problem);
  }

  DamagedException(String problem, Exception cause) {
    super(problem, cause);
  }
}
