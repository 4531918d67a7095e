/**
 * A benchmark that anyone can run again: the pipelines on each runner, beside Spark Structured
 * Streaming, Flink SQL, DuckDB and a bare loop on the same files in the same sitting; and, while
 * they watch, how soon files are in the report and what watching costs. Each program runs in its
 * own JVM, as users start it, and no time is shown unless the answers are right. Nothing in here is
 * part of the product.
 */
package io.tailrace.benchmark;
