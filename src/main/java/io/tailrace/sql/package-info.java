/**
 * Pipelines that are files of SQL: statements to typed expressions, and these to code. DuckDB
 * parses and binds, so that names, types and casts are those of queries; what runs per record is
 * ours. Knows formats, reports and tables, and no runner.
 */
package io.tailrace.sql;
