package io.tailrace.table;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * A piece of input that is no record, with where it is and why.
 *
 * @param source the file, or null where the reader does not know it
 * @param line the number of the line in the file, from 1, or null
 * @param offset the byte (of the unpacked file) at which the line begins, from 0, or null
 * @param reason why it is no record
 * @param raw the text; what is not UTF-8 in it is replaced, and all after {@value #RAW_LIMIT} bytes
 *     is cut
 * @param sliceOffset where a slice behind the first of its file begins, if the dead letter is in
 *     one. Its line is then null: nobody has counted those of the slices before
 * @param sliceLine the number of the line in that slice, from 1, or null
 */
public record DeadLetter(
    String source,
    Long line,
    Long offset,
    String reason,
    String raw,
    Long sliceOffset,
    Long sliceLine) {

  /** The column of where the slice begins. */
  public static final String SLICE_OFFSET = "sliceOffset";

  /** The column of the number of the line in the slice. */
  public static final String SLICE_LINE = "sliceLine";

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
              .optionalLong(SLICE_OFFSET)
              .optionalLong(SLICE_LINE)
              .endRecord());

  /** The columns that files of the log have and that only serve to compute the line. */
  public static final List<String> SLICE_COLUMNS = List.of(SLICE_OFFSET, SLICE_LINE);

  /** The most bytes of raw text that are kept. */
  public static final int RAW_LIMIT = 1_000;

  private static final Schema SCHEMA = LOG.schema();

  /** A dead letter whose line is known, or has none. */
  public DeadLetter(String source, Long line, Long offset, String reason, String raw) {
    this(source, line, offset, reason, raw, null, null);
  }

  /** A dead letter in a slice behind the first of its file. */
  public static DeadLetter inSlice(
      String source, long sliceOffset, long sliceLine, long offset, String reason, String raw) {
    return new DeadLetter(source, null, offset, reason, raw, sliceOffset, sliceLine);
  }

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
    // In the order of the columns: a builder would look up and check each of them.
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put(0, source);
    row.put(1, line);
    row.put(2, offset);
    row.put(3, reason);
    row.put(4, raw);
    row.put(5, sliceOffset);
    row.put(6, sliceLine);
    return row;
  }
}
