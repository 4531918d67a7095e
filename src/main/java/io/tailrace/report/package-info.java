/**
 * Reports: small tables that are replaced in place. What a report is, the flat tables in which its
 * values travel, the step that keeps their totals, and the step that writes them to a database
 * where a row never goes back.
 */
package io.tailrace.report;
