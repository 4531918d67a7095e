/**
 * The pipelines: one small class each, which says what a record means and which reports and logs
 * there are, and the steps that all of them share.
 */
package io.tailrace.pipelines;
