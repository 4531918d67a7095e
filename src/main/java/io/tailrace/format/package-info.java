/**
 * Bytes to records: one parser a format, which gives the reason for what is no record and allocates
 * nothing for a line. Knows none of the other packages.
 */
package io.tailrace.format;
