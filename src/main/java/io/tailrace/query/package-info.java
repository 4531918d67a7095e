/**
 * SQL over the reports and logs of an output, with DuckDB in the process, and how rows are printed.
 */
package io.tailrace.query;
