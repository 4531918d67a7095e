package io.tailrace.table;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A file of a log, as the manifest in the ledger has it. It never changes.
 *
 * @param name its name in the folder of the log
 * @param bytes its size
 * @param rows the number of its rows
 * @param crc32c the CRC32C of its bytes, without sign
 * @param table what a Delta table is told of it, or null if the log is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogFile(String name, long bytes, long rows, long crc32c, DataFile table) {}
