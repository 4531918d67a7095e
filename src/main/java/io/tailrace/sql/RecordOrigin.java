package io.tailrace.sql;

/** Tells where the record that is taken comes from. */
public interface RecordOrigin {

  /** The file, or the topic and partition; the same object as long as it is the same. */
  String file();

  /** The byte at which the record begins, or the message's offset. */
  long offset();

  /** The partition of the topic; 0 in a file. */
  int partition();

  /** When the file was modified, or the message written, in milliseconds since 1970; or -1. */
  long modifiedMillis();
}
