/**
 * {@code server-logs} as a plain Beam pipeline, one element a line: {@code --reader=textio}. {@link
 * io.tailrace.textio.TextServerLogs} shows all of it; every other class is one of its steps.
 */
package io.tailrace.textio;
