package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import io.tailrace.table.LogFile;
import java.util.List;
import java.util.Map;

/**
 * What came of a unit. Once it is written the unit's files are in place and the unit is never read
 * again.
 *
 * @param counts how much was read
 * @param rows the number of rows that each log got
 * @param files the files of each log, for the manifest
 * @param unread the slices that could not be read; they count as not planned
 * @param slices what was found in a slice, by its place in the unit from 0: of those that are not a
 *     whole file, and of files of which nothing was counted
 * @param tables the unit's partial values of each report
 */
public record Receipt(
    Counts counts,
    Map<String, Long> rows,
    Map<String, List<LogFile>> files,
    List<Unread> unread,
    Map<Integer, SliceCounts> slices,
    Map<String, ReportTable> tables) {

  public Receipt {
    rows = Map.copyOf(rows);
    files = Map.copyOf(files);
    unread = List.copyOf(unread);
    slices = Map.copyOf(slices);
    tables = Map.copyOf(tables);
  }

  /** The files that a log has got. */
  public List<LogFile> filesOf(String log) {
    return files.getOrDefault(log, List.of());
  }

  /** Whether a slice of the unit could not be read. */
  public boolean lacks(Slice slice) {
    return unread.stream().anyMatch(missing -> missing.slice().equals(slice));
  }

  /** Whether the slice of a place in the unit had neither records nor dead letters. */
  public boolean hasCountedNothing(int place) {
    SliceCounts slice = slices.get(place);
    return slice == null ? counts.records() + counts.deadLetters() == 0 : slice.counted() == 0;
  }

  /**
   * How much was read. Records read are records counted and dead letters together.
   *
   * @param bytes bytes of the slices that were read
   * @param records lines that were records
   * @param deadLetters lines that were none
   */
  public record Counts(long bytes, long records, long deadLetters) {}

  /**
   * How much was found in a slice.
   *
   * @param lines the lines that begin in it, whatever is in them; 0 if it is not cut into lines
   * @param counted its records and dead letters
   */
  public record SliceCounts(long lines, long counted) {}

  /**
   * A slice that could not be read.
   *
   * @param slice what could not be read
   * @param reason why
   * @param damaged whether the bytes themselves are to blame, so that trying again is of no use
   *     until the file has changed
   * @param note the name of the note that asks for it; null in receipts of a time when that was
   *     made of the slice's place among the unread ones
   */
  public record Unread(Slice slice, String reason, boolean damaged, String note) {}
}
