/**
 * A deterministic simulation of what storages and processes do when things go wrong: a disk that
 * loses what was not synced, requests that fail or come late, processes that freeze and die.
 */
package io.tailrace.simulation;
