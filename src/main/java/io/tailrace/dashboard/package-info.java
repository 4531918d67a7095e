/** The page on which reports, logs and a run are seen: it shows what the query engine knows. */
package io.tailrace.dashboard;
