package io.tailrace.storage;

/**
 * What a file survives once it is in place. Every file survives the end of the process that wrote
 * it.
 */
public enum Durability {
  /**
   * The file and its name survive a power cut: the bytes are on disk before the name is, and the
   * name is on disk when the call that puts the file in place returns.
   */
  SYNCED,

  /**
   * After a power cut the file may be gone, cut, empty, or the one that had its name before. For
   * files that mean nothing to the next start.
   */
  UNSYNCED
}
