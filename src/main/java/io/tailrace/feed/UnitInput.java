package io.tailrace.feed;

import io.tailrace.ledger.Unit;
import java.nio.ByteBuffer;
import java.util.Map;

/** Where the line or message that is being taken comes from. */
public interface UnitInput {

  /** What a reader says that knows nothing of it. */
  UnitInput UNKNOWN =
      new UnitInput() {
        @Override
        public String source() {
          return "";
        }

        @Override
        public int partition() {
          return 0;
        }

        @Override
        public long offset() {
          return -1;
        }

        @Override
        public long timestampMillis() {
          return -1;
        }

        @Override
        public long plannedMillis() {
          return Unit.UNKNOWN;
        }
      };

  /**
   * The path of the file, or the topic and partition; empty where the reader does not know it. The
   * same object as long as it is the same.
   */
  String source();

  /** The partition of the topic; 0 in a file. */
  int partition();

  /**
   * The byte at which the line begins in its (unpacked) file, or the message's offset in its
   * partition; -1 where the reader does not know it.
   */
  long offset();

  /**
   * When the message was written, as the topic has it, or the file was last modified, in
   * milliseconds since 1970; -1 where the reader does not know it.
   */
  long timestampMillis();

  /** The topic of the message; empty in a file. The same object as long as it is the same. */
  default String topic() {
    return "";
  }

  /**
   * The message's key, valid as long as the message is taken, its position unchanged; null if it
   * has none, as in a file.
   */
  default ByteBuffer key() {
    return null;
  }

  /**
   * The message's headers in their order; none in a file. Of those that have one name the last
   * counts. A value may be null.
   */
  default Map<String, byte[]> headers() {
    return Map.of();
  }

  /** When it was planned to be read, in milliseconds since 1970, or {@link Unit#UNKNOWN}. */
  long plannedMillis();
}
