/**
 * The one-liner: a pattern of files and a SELECT become a pipeline, whose result is kept current on
 * the terminal.
 */
package io.tailrace.watch;
