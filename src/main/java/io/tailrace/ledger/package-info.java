/**
 * The ledger beside an output: which units were planned and which have a receipt, who may write
 * (the lease), and where the reports of the run that goes on are. All that makes results exact
 * after a crash is in here and in the order in which {@code io.tailrace.feed} uses it.
 */
package io.tailrace.ledger;
