package io.tailrace.ledger;

import java.io.IOException;

/** A file that is missing, or whose content is not what was written. */
public final class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1;

  private final String file;

  /**
   * The damage of a file.
   *
   * @param file its path
   * @param reason how the damage shows
   */
  public DamagedFileException(String file, String reason) {
    super(file + " is damaged: " + reason);
    this.file = file;
  }

  /** The path of the file. */
  public String file() {
    return file;
  }
}
