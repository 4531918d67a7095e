package io.tailrace.log;

import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/**
 * A piece of input that is no record, with where it is and why.
 *
 * @param source the file, or null where the reader does not know it
 * @param line the number of the line in the file, from 1, or null
 * @param offset the byte (of the unpacked file) at which the line begins, from 0, or null
 * @param reason why it is no record
 * @param raw the text; what is not UTF-8 in it is replaced, and all after {@value #RAW_LIMIT} bytes
 *     is cut
 */
public record DeadLetter(String source, Long line, Long offset, String reason, String raw) {

  /** The log of dead letters, which every pipeline has. */
  public static final LogTable LOG =
      LogTable.of(
          "dead_letters",
          SchemaBuilder.record("DeadLetter")
              .namespace("io.tailrace")
              .fields()
              .optionalString("source")
              .optionalLong("line")
              .optionalLong("offset")
              .requiredString("reason")
              .requiredString("raw")
              .endRecord());

  /** The most bytes of raw text that are kept. */
  public static final int RAW_LIMIT = 1_000;

  private static final Schema SCHEMA = LOG.schema();

  /**
   * The raw text of a line as a dead letter keeps it.
   *
   * @param length the whole line's bytes, which may be more than {@code bytes[from, to)}
   */
  public static String raw(byte[] bytes, int from, int to, long length) {
    int end = Math.min(to, from + RAW_LIMIT);
    String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
    return length > end - from ? text + " [cut, " + length + " bytes]" : text;
  }

  /** The row of the log. */
  public GenericRecord toRow() {
    return new GenericRecordBuilder(SCHEMA)
        .set("source", source)
        .set("line", line)
        .set("offset", offset)
        .set("reason", reason)
        .set("raw", raw)
        .build();
  }
}
