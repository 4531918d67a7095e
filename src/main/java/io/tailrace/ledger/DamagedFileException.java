package io.tailrace.ledger;

import java.io.IOException;

/** A file that is missing, or whose content is not what was written. */
public final class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1;

  private final String file;
  private final String reason;

  /**
   * The damage of a file.
   *
   * @param file its path
   * @param reason how the damage shows
   */
  public DamagedFileException(String file, String reason) {
    super(file + " is damaged: " + reason);
    this.file = file;
    this.reason = reason;
  }

  /** The path of the file. */
  public String file() {
    return file;
  }

  /** What is wrong with it. */
  public String reason() {
    return reason;
  }
}
