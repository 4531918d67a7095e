package io.tailrace.options;

/**
 * A mistake that the user can mend: an unknown option, a value that cannot be used, a folder that
 * is not there.
 *
 * <p>The command line prints the message alone, on one line, and ends with exit code 2. The message
 * names the thing and the remedy.
 */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
