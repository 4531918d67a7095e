package io.tailrace.options;

/**
 * A mistake that the user can mend: an unknown option, a value that cannot be used, a folder that
 * is not there.
 *
 * <p>The command line prints the message alone, on one line, and ends with exit code 2. The message
 * names the thing and the remedy. A statement of SQL has details, too: lines that show where in it
 * the mistake is.
 */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String details;

  public UsageException(String message) {
    this(message, null);
  }

  public UsageException(String message, Throwable cause) {
    this(message, "", cause);
  }

  /**
   * @param details lines that are printed behind the message, or nothing
   */
  public UsageException(String message, String details, Throwable cause) {
    super(message, cause);
    this.details = details;
  }

  /** Lines that are printed behind the message, or nothing. */
  public String details() {
    return details;
  }
}
