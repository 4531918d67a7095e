/**
 * From files to partial reports: polling and planning, reading units, and processing them in one
 * step. A unit is planned in the ledger before it is read, and has its files in place before its
 * receipt is written. Package {@code textio} does the same for server logs without a ledger.
 */
package io.tailrace.feed;
