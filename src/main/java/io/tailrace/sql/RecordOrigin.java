package io.tailrace.sql;

import java.nio.ByteBuffer;
import java.util.Map;

/** Tells where the record that is taken comes from, and what comes with it if it is a message. */
public interface RecordOrigin {

  /** The file, or the topic and partition; the same object as long as it is the same. */
  String file();

  /** The byte at which the record begins, or the message's offset. */
  long offset();

  /** The partition of the topic; 0 in a file. */
  int partition();

  /** When the file was modified, or the message written, in milliseconds since 1970; or -1. */
  long modifiedMillis();

  /** The topic; empty in a file. The same object as long as it is the same. */
  default String topic() {
    return "";
  }

  /** The message's key, whose position does not change; null if it has none. */
  default ByteBuffer key() {
    return null;
  }

  /** The message's headers in their order, each once; a value may be null. */
  default Map<String, byte[]> headers() {
    return Map.of();
  }
}
