/**
 * The options of a run and how their values read. Depends on nothing else here, so that every other
 * package can say what it cannot use.
 */
package io.tailrace.options;
