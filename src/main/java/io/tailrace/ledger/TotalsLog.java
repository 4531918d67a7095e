package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import io.tailrace.storage.Durability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The totals of one part of a report, as a log of numbered entries in the ledger: a base, which has
 * all that was added up to its number, and small additions behind it. Each addition has the values
 * of units that no entry before it has.
 *
 * <p>An entry is created if it is absent, so several processes may add to the same totals: one that
 * finds that another was faster reads what the other has added. What is lost or damaged is a matter
 * of units that are missing here; their values come from their receipts again.
 *
 * <p>Additions are not synced, because receipts are. The base before the newest one and all
 * additions behind it are kept, in case the newest base is damaged.
 *
 * <p>Safe for use by many threads.
 */
final class TotalsLog {

  /** So many additions become a base, if nothing else is asked for. */
  static final int ADDITIONS_TO_BASE = 32;

  private static final String BASE = "base";
  private static final String ADDITION = "add";
  private static final Logger LOG = LoggerFactory.getLogger(TotalsLog.class);

  /** What was said; totals are read again and again. */
  private static final Set<String> WARNED_OF = ConcurrentHashMap.newKeySet();

  private final EntryFolder entries;
  private final String report;
  private final String prefix;
  private final int additionsToBase;

  private Totals totals;
  private long last;
  private long base;

  /** What was wrong with entries when they were read. */
  private final List<DamagedFileException> damaged = new ArrayList<>();

  /**
   * @param part the part, from 0
   * @param parts the number of parts that the report has
   * @param additionsToBase so many additions become a base
   */
  TotalsLog(EntryFolder entries, String report, int part, int parts, int additionsToBase) {
    this.additionsToBase = additionsToBase;
    this.entries = entries;
    this.report = report;
    this.prefix = report + "." + part + "of" + parts + ".";
  }

  /**
   * What has been added.
   *
   * @param table an empty table of the report
   */
  synchronized Totals totals(ReportTable table) throws IOException {
    if (totals == null) {
      load(table);
    }
    return totals;
  }

  /** Whether an entry was damaged when the totals were read. */
  synchronized boolean isDamaged() {
    return !damaged.isEmpty();
  }

  /** The last unit up to which every unit is in the base, which survives a power cut. */
  synchronized long throughInBase() throws IOException {
    List<Long> bases = numbers(BASE);
    return bases.isEmpty()
        ? 0
        : read(bases.get(bases.size() - 1), BASE).map(Totals::through).orElse(0L);
  }

  /**
   * What adding values has done.
   *
   * @param units how many units were new
   * @param touched the rows of all units that were given, with their totals
   */
  record Added(int units, ReportTable touched) {}

  /**
   * Adds the values of units, as far as they are not there.
   *
   * @param values at least one; where one is of {@link Unit#FOLDED}, all rows are touched
   */
  synchronized Added add(List<UnitTable> values) throws IOException {
    int added = addNew(values);
    ReportTable empty = values.get(0).table().emptyCopy();
    ReportTable all = totals(empty).table();
    ReportTable touched = empty.emptyCopy();
    if (values.stream().anyMatch(value -> value.unit() == Unit.FOLDED.number())) {
      touched.merge(all);
    } else {
      for (UnitTable value : values) {
        touched.copyRows(value.table(), all);
      }
    }
    return new Added(added, touched);
  }

  /**
   * The same for those who do not want the rows.
   *
   * @return how many units were new
   */
  synchronized int addNew(List<UnitTable> values) throws IOException {
    ReportTable empty = values.get(0).table().emptyCopy();
    while (true) {
      Totals before = totals(empty.emptyCopy());
      Totals addition = Totals.empty(empty.emptyCopy());
      int added = 0;
      for (UnitTable value : values) {
        if (!before.has(value.unit()) && addition.add(value.unit(), value.table())) {
          added++;
        }
      }
      if (added == 0) {
        return 0;
      }
      if (create(last + 1, ADDITION, addition, Durability.UNSYNCED)) {
        last++;
        before.addAll(addition);
        if (last - base >= additionsToBase) {
          writeBase(empty.emptyCopy());
        }
        return added;
      }
      // Another run, which began meanwhile or has lost its rights, has added something.
      totals = null;
    }
  }

  /**
   * Makes a base of all that was added, unless there is one.
   *
   * @param table an empty table of the report
   */
  synchronized void writeBase(ReportTable table) throws IOException {
    Totals all = totals(table);
    if (all.isEmpty() || base == last && damaged.isEmpty()) {
      return;
    }
    long before = base;
    create(last, BASE, all, Durability.SYNCED);
    base = last;
    damaged.clear();
    entries.delete(prefix, name -> number(name) < before || isOf(ADDITION, name, before));
  }

  /** Begins a log with totals that were kept in another way. */
  synchronized void writeFirstBase(Totals first) throws IOException {
    create(1, BASE, first, Durability.SYNCED);
    totals = null;
  }

  private boolean isOf(String type, String name, long number) {
    return name.equals(name(number, type));
  }

  /**
   * Reads all entries. What a base has is deleted once there is a newer one, so everything is read
   * again if there are other bases in the end than in the beginning.
   */
  private void load(ReportTable table) throws IOException {
    List<Long> bases;
    do {
      bases = numbers(BASE);
      load(table.emptyCopy(), bases);
    } while (!bases.equals(numbers(BASE)));
  }

  private void load(ReportTable table, List<Long> listed) throws IOException {
    damaged.clear();
    List<Long> bases = new ArrayList<>(listed);
    Totals read = null;
    base = 0;
    last = bases.isEmpty() ? 0 : bases.get(bases.size() - 1);
    while (read == null && !bases.isEmpty()) {
      base = bases.remove(bases.size() - 1);
      read = read(base, BASE).orElse(null);
    }
    if (read == null) {
      base = 0;
      read = Totals.empty(table);
    }
    for (long number : numbers(ADDITION)) {
      last = Math.max(last, number);
      if (number > base) {
        Totals addition = read(number, ADDITION).orElse(null);
        if (addition != null && !read.addAll(addition)) {
          damaged.add(
              new DamagedFileException(
                  path(number, ADDITION), "it has units that others have, too"));
        }
      }
    }
    totals = read;
    if (!damaged.isEmpty() && WARNED_OF.add(damaged.get(0).getMessage())) {
      LOG.warn(
          "{}{}; the report {} is computed again without it",
          damaged.get(0).getMessage(),
          damaged.size() == 1 ? "" : ", and " + (damaged.size() - 1) + " more entries",
          report);
    }
  }

  private Optional<Totals> read(long number, String type) throws IOException {
    try {
      Optional<byte[]> content = entries.read(name(number, type));
      return content.isEmpty() ? Optional.empty() : Optional.of(Totals.fromBytes(content.get()));
    } catch (DamagedFileException e) {
      damaged.add(e);
      return Optional.empty();
    }
  }

  private boolean create(long number, String type, Totals content, Durability durability)
      throws IOException {
    return entries.create(name(number, type), content.toBytes(), durability);
  }

  private List<Long> numbers(String type) throws IOException {
    return entries.names(prefix).stream()
        .filter(name -> name.endsWith("." + type))
        .map(this::number)
        .toList();
  }

  private String name(long number, String type) {
    return prefix + String.format("%010d", number) + "." + type;
  }

  /** The path of its newest entry. */
  synchronized String path() {
    return path(last, base == last ? BASE : ADDITION);
  }

  /** What is wrong with its entries, where they lack units that nothing else has. */
  synchronized DamagedFileException damage() {
    return damaged.isEmpty()
        ? new DamagedFileException(path(), "some of what was before it is missing")
        : damaged.get(0);
  }

  private String path(long number, String type) {
    return entries.path(name(number, type));
  }

  private long number(String name) {
    return Long.parseLong(name.substring(prefix.length(), name.lastIndexOf('.')));
  }
}
