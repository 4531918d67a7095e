package io.tailrace.watch;

import io.tailrace.query.TextTable;
import java.util.List;

/**
 * A result at a moment.
 *
 * @param table the first of its rows, or, of a log, the newest
 * @param total how many rows there are
 * @param status lines on how far the run is
 */
record View(TextTable table, long total, List<String> status) {}
