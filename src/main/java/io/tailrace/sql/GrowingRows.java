package io.tailrace.sql;

import java.util.function.Consumer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Takes the rows of a log that gets columns which nobody has declared, and makes them: the columns
 * of the input are filled already.
 */
public interface GrowingRows extends Consumer<GenericRecord> {

  /** The row of the record that was read last, with all columns that are known by now. */
  GenericData.Record newRow();
}
