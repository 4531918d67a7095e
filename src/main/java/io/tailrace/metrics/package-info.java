/**
 * What this process has counted beside the ledger: what it tries again, how long reports take, and
 * whether a run has looked at its input; and what it waits for or could not read. Knows no other
 * package.
 */
package io.tailrace.metrics;
