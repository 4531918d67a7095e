/**
 * The command line of Tailrace, and nothing else: it finds the command, hands it its arguments and
 * turns what goes wrong into one line and an exit code.
 */
package io.tailrace;
