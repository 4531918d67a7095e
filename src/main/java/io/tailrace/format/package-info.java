/**
 * Bytes to records: one parser a format, which allocates nothing for a line and gives the reason
 * for what is no record. Knows none of the other packages.
 */
package io.tailrace.format;
