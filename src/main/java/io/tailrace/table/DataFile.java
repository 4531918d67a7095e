package io.tailrace.table;

/**
 * A Parquet file that is to become part of a Delta table. It never changes.
 *
 * @param name its name in the folder of the table
 * @param schema its columns, as the JSON of an Avro record schema
 * @param growing whether names of columns are in lower case in it, as in tables that grow
 * @param bytes its size
 * @param modified when it was written, in milliseconds since 1970
 * @param statistics the number of its rows and what is known of its columns, as Delta has them in
 *     its log
 */
public record DataFile(
    String name, String schema, boolean growing, long bytes, long modified, String statistics) {}
