/**
 * A run of a pipeline: its options and presets, what it holds while it lasts (lease, database,
 * note), its progress, and how a signal ends it.
 */
package io.tailrace.run;
