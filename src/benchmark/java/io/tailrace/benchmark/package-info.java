/**
 * A benchmark that anyone can run again: the {@code server-logs} pipeline beside Spark Structured
 * Streaming and a bare loop, on the same files in the same sitting. Each runs in its own JVM, from
 * the jar that users get, and no time is shown unless all gave the same answer. Nothing in here is
 * part of the product.
 */
package io.tailrace.benchmark;
