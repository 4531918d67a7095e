/**
 * Bytes to records: one parser a format, which gives the reason for what is no record and, but for
 * the one that reads any LogFormat, allocates nothing for a line. Knows none of the other packages.
 */
package io.tailrace.format;
