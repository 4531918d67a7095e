/** The functions of SQL, each of which means what DuckDB makes of it. */
package io.tailrace.sql.function;
