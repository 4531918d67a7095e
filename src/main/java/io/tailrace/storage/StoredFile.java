package io.tailrace.storage;

/**
 * A version of a file.
 *
 * @param path where it is, as its storage names it
 * @param size its bytes
 * @param modified when it was last modified, in milliseconds since 1970; S3 knows seconds
 * @param key tells the file from all others that are there, whatever its name is; null where the
 *     storage has nothing that does
 * @param lastingKey tells it, by its text, also from all others that ever were there, and stays
 *     when the file is renamed; null where the storage has nothing that does
 */
public record StoredFile(String path, long size, long modified, Object key, Object lastingKey) {

  /** A version of a file in a storage without keys. */
  public StoredFile(String path, long size, long modified) {
    this(path, size, modified, null, null);
  }

  /** The part of the path behind the last slash. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
