/**
 * Logs: tables that only grow, as files of Parquet under the names of the units that they come
 * from. Dead letters are a log that every pipeline has.
 */
package io.tailrace.table;
