package io.tailrace.storage;

/**
 * A version of a file.
 *
 * @param path where it is, as its storage names it
 * @param size its bytes
 * @param modified when it was last modified, in milliseconds since 1970; S3 knows seconds
 */
public record StoredFile(String path, long size, long modified) {

  /** The part of the path behind the last slash. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
