package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The totals of a report, in as many parts as its rows need: one while it is small, more as it
 * grows. Each part has a {@link TotalsLog}.
 *
 * <p>Which parts there are is known from the names of their files. That may be out of date, and
 * does no harm: whoever finds a part split goes on in the smaller ones.
 *
 * <p>Safe for use by many threads.
 */
final class ReportTotals {

  /**
   * When totals are written anew.
   *
   * @param additionsToBase so many additions of a part become a base
   * @param partRows a part with more rows is split, where large rows count as several
   */
  record Limits(int additionsToBase, int partRows) {

    /** A part of so many rows is read and written in some hundredths of a second. */
    static final Limits DEFAULT = new Limits(TotalsLog.ADDITIONS_TO_BASE, 1 << 16);
  }

  /** Takes rows that were touched, with their totals. */
  @FunctionalInterface
  interface Touched {
    void take(ReportTable rows);
  }

  /** Takes the totals of a part, which may be forgotten afterwards. */
  @FunctionalInterface
  interface Visitor {
    void visit(TotalsLog log, Totals totals) throws IOException;
  }

  /** For so many tables nobody looks again which parts there are. */
  static final int USES_OF_LEAVES = 64;

  private final Ledger ledger;
  private final EntryFolder entries;
  private final String report;
  private final Limits limits;

  /** The parts that are not split, as far as is known; null as long as nobody has looked. */
  private volatile List<Part> leaves;

  /** For how many tables these parts have been used. */
  private final AtomicInteger usesOfLeaves = new AtomicInteger();

  ReportTotals(Ledger ledger, EntryFolder entries, String report, Limits limits) {
    this.ledger = ledger;
    this.entries = entries;
    this.report = report;
    this.limits = limits;
  }

  TotalsLog log(Part part) {
    return new TotalsLog(entries, part, limits.additionsToBase());
  }

  /** The parts that are not split, as they were when somebody looked last. */
  List<Part> knownLeaves() throws IOException {
    List<Part> known = leaves;
    return known == null ? leaves() : known;
  }

  /** Looks which parts are not split. */
  List<Part> leaves() throws IOException {
    List<Part> found = leaves(names().keySet());
    leaves = found;
    return found;
  }

  /** The numbers of the newest entries of the parts that are not split. */
  Map<Part, Long> newestEntries() throws IOException {
    Map<Part, Long> newest = new HashMap<>();
    names()
        .forEach(
            (part, entries) ->
                newest.put(
                    part, entries.stream().mapToLong(TotalsLog::numberOf).max().orElseThrow()));
    List<Part> smallest = leaves(newest.keySet());
    leaves = smallest;
    newest.keySet().retainAll(smallest);
    smallest.forEach(part -> newest.putIfAbsent(part, 0L));
    return newest;
  }

  /** The part of the name of an entry; reports may have names that begin like others. */
  private Optional<Part> partOf(String entry) {
    String numbered = entry.substring(0, entry.lastIndexOf('.'));
    return Part.parse(numbered.substring(0, numbered.lastIndexOf('.')))
        .filter(part -> part.report().equals(report));
  }

  /**
   * The smallest parts. One that should be there, because others are that came of the same part,
   * has lost its files or has not got them yet; it is there all the same.
   */
  private List<Part> leaves(Collection<Part> parts) {
    List<Part> found = new ArrayList<>();
    addLeaves(Part.whole(report), parts, found);
    return List.copyOf(found);
  }

  private static void addLeaves(Part of, Collection<Part> parts, List<Part> found) {
    List<Part> smaller =
        parts.stream().filter(part -> part.bits() > of.bits() && of.contains(part)).toList();
    if (smaller.isEmpty()) {
      found.add(of);
      return;
    }
    int bits = smaller.stream().mapToInt(Part::bits).min().orElseThrow();
    for (Part child : of.children(bits - of.bits())) {
      addLeaves(child, smaller, found);
    }
  }

  /**
   * Splits parts before the rows of a table come to them, so that none gets more of them at once
   * than a part should have.
   *
   * @param rows the rows of one unit
   * @return the parts to which rows are to be added
   */
  List<Part> prepareFor(ReportTable rows) throws IOException {
    // Another process may split them.
    boolean isOld = usesOfLeaves.incrementAndGet() % USES_OF_LEAVES == 0;
    List<Part> known = isOld ? leaves() : knownLeaves();
    int size = rows.sizeInPlainRows();
    if (size <= (long) limits.partRows() / 2 * known.size()) {
      return known;
    }
    for (Part part : leaves()) {
      int expected = size >> part.bits();
      if (expected > limits.partRows() / 2) {
        split(log(part), rows.emptyCopy(), expected);
      }
    }
    return leaves();
  }

  /**
   * Adds the values of units to a part, or to the parts that it was split into.
   *
   * @param logs the logs that are open
   * @param wantsRows whether the rows that were touched are wanted
   * @return how many units were new to some part
   */
  int add(Part part, List<UnitTable> values, OpenLogs logs, boolean wantsRows, Touched touched)
      throws IOException {
    List<Part> within =
        knownLeaves().stream().filter(leaf -> part.contains(leaf) && !leaf.equals(part)).toList();
    if (!within.isEmpty()) {
      return addToSmaller(within, values, logs, wantsRows, touched);
    }
    TotalsLog log = logs.open(this, part);
    Optional<TotalsLog.Added> added =
        wantsRows
            ? log.add(values)
            : log.addNew(values).map(units -> new TotalsLog.Added(units, null));
    if (added.isEmpty()) {
      log.writeFirstBases();
      List<Part> children = log.children();
      leaves();
      return addToSmaller(children, values, logs, wantsRows, touched);
    }
    if (wantsRows) {
      touched.take(added.get().touched());
    }
    if (log.size() > limits.partRows()) {
      split(log, values.get(0).emptyTable(), log.size());
      leaves();
    }
    logs.note(part, log);
    return added.get().units();
  }

  private int addToSmaller(
      List<Part> parts, List<UnitTable> values, OpenLogs logs, boolean wantsRows, Touched touched)
      throws IOException {
    Map<Part, List<UnitTable>> ofParts = new LinkedHashMap<>();
    for (UnitTable value : values) {
      ReportTable table = value.table();
      BitSet slots = table.slots();
      List<Part> concerned =
          parts.stream()
              .filter(
                  part ->
                      value.unit() == Unit.FOLDED.number()
                          || part.isSmallerThanSlot()
                          || part.concerns(slots))
              .toList();
      List<UnitTable> tables = UnitTable.of(value.unit(), table, concerned);
      for (int i = 0; i < concerned.size(); i++) {
        ofParts.computeIfAbsent(concerned.get(i), part -> new ArrayList<>()).add(tables.get(i));
      }
    }
    int added = 0;
    for (Map.Entry<Part, List<UnitTable>> ofPart : ofParts.entrySet()) {
      added = Math.max(added, add(ofPart.getKey(), ofPart.getValue(), logs, wantsRows, touched));
    }
    return added;
  }

  /** Splits a part, so that parts of about half the rows that are allowed come of it. */
  private void split(TotalsLog log, ReportTable empty, int rows) throws IOException {
    log.totals(empty.emptyCopy());
    // What it lacks could not be told from its parts.
    if (log.isIncomplete() || log.lack(ledger.checkpoint()).isPresent()) {
      return;
    }
    int bits = 1;
    while (rows >> bits > limits.partRows() / 2 && log.part().bits() + bits < Part.MAX_BITS) {
      bits++;
    }
    if (log.part().bits() + bits <= Part.MAX_BITS) {
      log.split(empty, bits);
    }
  }

  /**
   * Visits all parts that are not split, one after another.
   *
   * @param table an empty table of the report
   */
  void visit(ReportTable table, Visitor visitor) throws IOException {
    visit(leaves(), table, visitor);
  }

  private void visit(Collection<Part> parts, ReportTable table, Visitor visitor)
      throws IOException {
    for (Part part : parts) {
      TotalsLog log = log(part);
      Totals totals = log.totals(table.emptyCopy());
      if (log.children().isEmpty()) {
        visitor.visit(log, totals);
      } else {
        visit(log.children(), table, visitor);
      }
    }
  }

  /** What its parts have, without the rows. */
  TotalsLook look() throws IOException {
    Map<Part, List<String>> names = names();
    List<TotalsLog> logs = new ArrayList<>();
    look(leaves(names.keySet()), names, logs);
    return new TotalsLook(logs);
  }

  private void look(List<Part> parts, Map<Part, List<String>> names, List<TotalsLog> logs)
      throws IOException {
    for (Part part : parts) {
      TotalsLog log = log(part).unitsOnly(names.getOrDefault(part, List.of()));
      log.totals(new ReportTable());
      if (log.children().isEmpty()) {
        logs.add(log);
      } else {
        look(log.children(), names, logs);
      }
    }
  }

  /** The names of the entries of all parts. */
  private Map<Part, List<String>> names() throws IOException {
    Map<Part, List<String>> names = new LinkedHashMap<>();
    for (String name : entries.names(report + ".")) {
      partOf(name)
          .ifPresent(part -> names.computeIfAbsent(part, each -> new ArrayList<>()).add(name));
    }
    return names;
  }

  /**
   * Deletes what was added to parts before they were split, where all that came of it is in two
   * bases.
   */
  void deleteSplit() throws IOException {
    Map<Part, List<String>> ofParts = names();
    for (Map.Entry<Part, List<String>> part : ofParts.entrySet()) {
      List<Part> below =
          ofParts.keySet().stream()
              .filter(other -> other.bits() > part.getKey().bits() && part.getKey().contains(other))
              .toList();
      if (below.isEmpty() || part.getValue().size() == 1) {
        continue;
      }
      int bits = below.stream().mapToInt(Part::bits).min().orElseThrow();
      if (part.getKey().children(bits - part.getKey().bits()).stream()
          .allMatch(child -> isKeptTwice(ofParts.getOrDefault(child, List.of())))) {
        String split =
            part.getValue().stream()
                .filter(TotalsLog::isAddition)
                .reduce((former, latter) -> latter)
                .orElseThrow();
        entries.delete(part.getKey().name() + ".", name -> !name.equals(split));
      }
    }
  }

  /** Whether a part has a base behind its first one, or parts that have. */
  private static boolean isKeptTwice(List<String> names) {
    return names.stream().anyMatch(TotalsLog::isLaterBase)
        || names.size() == 1 && TotalsLog.isAddition(names.get(0));
  }
}
