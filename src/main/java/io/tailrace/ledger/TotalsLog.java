package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import io.tailrace.storage.Durability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The totals of one part of a report, as a log of numbered entries in the ledger: a base, which has
 * all that was added up to its number, and small additions behind it. Each addition has the values
 * of units that no entry before it has.
 *
 * <p>An addition is created if it is absent, so several processes may add to the same totals: one
 * that finds that another was faster reads what the other has added. What is lost or damaged is a
 * matter of units that are missing here; their values come from their receipts again.
 *
 * <p>Additions that are in two bases are deleted, so their numbers are free again. A process that
 * was held up does not take them for new: the name of a base is unique, whoever adds looks
 * afterwards whether the base that was read is still there, and whoever writes a base looks
 * afterwards whether there is a newer one. A base is deleted before the additions behind it.
 *
 * <p>A part that has grown is split: an entry in place of an addition closes its log, and nothing
 * can be added behind it. Its smaller parts begin with bases that are made of it, with the same
 * units. Whoever finds such a part closed adds to the smaller ones, so it does not matter who knows
 * of the split, and when.
 *
 * <p>Of a report that keeps its rows for a time, those that have expired are left out of what was
 * read and of what is added, so a row is there with all of its records or not at all. Files have
 * expired rows until the next base.
 *
 * <p>Additions are not synced, because receipts are. The base before the newest one and all
 * additions behind it are kept, in case the newest base is damaged; for the first base of a smaller
 * part that is the log of the part that was split.
 *
 * <p>Safe for use by many threads.
 */
final class TotalsLog {

  /** So many additions become a base, if nothing else is asked for. */
  static final int ADDITIONS_TO_BASE = 32;

  /** Additions become a base before they have so many times its rows. */
  private static final int ADDED_ROWS_TO_BASE = 4;

  /** Fewer rows are read as fast as any. */
  private static final int FEW_ROWS = 1_000;

  /** What a smaller part has of the part that was split. */
  private static final long FIRST_OF_SPLIT = 1;

  private static final String BASE = "base";
  private static final String ADDITION = "add";
  private static final Logger LOG = LoggerFactory.getLogger(TotalsLog.class);

  /** What was said; totals are read again and again. */
  private static final Set<String> WARNED_OF = ConcurrentHashMap.newKeySet();

  private final EntryFolder entries;
  private final Part part;
  private final String prefix;
  private final int additionsToBase;
  private final boolean unitsOnly;

  /** Entries behind this one do not count. */
  private final long through;

  /** The names of its entries at the time of a look at all parts; null if nobody has looked. */
  private final List<String> listed;

  private Totals totals;
  private long last;
  private long base;
  private long addedRows;

  /** The name of its base; null if there is none, or if it is made of the part that was split. */
  private String baseEntry;

  /** The names of the bases that were there when it was read, damaged or not. */
  private List<String> basesSeen = List.of();

  /** How many bits more its smaller parts have; 0 as long as it is not split. */
  private int splitBits;

  /** The log of the part that was split, if the first base is made of it. */
  private TotalsLog origin;

  /** The numbers behind the base whose entries cannot be read. */
  private final TreeSet<Long> missing = new TreeSet<>();

  /** What was wrong with entries when they were read. */
  private final List<DamagedFileException> damaged = new ArrayList<>();

  /**
   * @param additionsToBase so many additions become a base
   */
  TotalsLog(EntryFolder entries, Part part, int additionsToBase) {
    this(entries, part, additionsToBase, false, Long.MAX_VALUE, null);
  }

  private TotalsLog(
      EntryFolder entries,
      Part part,
      int additionsToBase,
      boolean unitsOnly,
      long through,
      List<String> listed) {
    this.additionsToBase = additionsToBase;
    this.entries = entries;
    this.part = part;
    this.prefix = part.name() + ".";
    this.unitsOnly = unitsOnly;
    this.through = through;
    this.listed = listed;
  }

  /**
   * The same log, of which the units alone are read, and nothing is written.
   *
   * @param names the names of its entries, which are listed anew if they turn out to be out of date
   */
  TotalsLog unitsOnly(List<String> names) {
    return new TotalsLog(entries, part, additionsToBase, true, Long.MAX_VALUE, names);
  }

  /** The same log as it was read, without the rows. */
  synchronized TotalsLog withoutRows() {
    TotalsLog log = unitsOnly(null);
    log.totals = totals.withoutRows();
    log.last = last;
    log.base = base;
    log.baseEntry = baseEntry;
    log.splitBits = splitBits;
    log.origin = origin;
    log.missing.addAll(missing);
    log.damaged.addAll(damaged);
    return log;
  }

  /** The same log up to the last entry that was read, to be read only. */
  synchronized TotalsLog asItWas() {
    return new TotalsLog(entries, part, additionsToBase, false, last, listed);
  }

  Part part() {
    return part;
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

  /** What has been added, once it was read. */
  synchronized Totals known() {
    return totals;
  }

  /** How many rows it has, as far as it was read; those that are large count as several. */
  synchronized int size() {
    return totals == null ? 0 : totals.table().sizeInPlainRows();
  }

  /** About how many bytes it takes in memory. */
  synchronized long memory() {
    return totals == null ? 0 : totals.table().memory();
  }

  /** Whether an entry was damaged when the totals were read. */
  synchronized boolean isDamaged() {
    return !damaged.isEmpty() || !missing.isEmpty();
  }

  /** Whether entries behind its base cannot be read. */
  synchronized boolean isIncomplete() {
    return !missing.isEmpty() || origin != null && origin.isIncomplete();
  }

  /** Whether its newest base has all that was added. */
  synchronized boolean isBased() {
    return base == last
        && damaged.isEmpty()
        && missing.isEmpty()
        && origin == null
        && splitBits == 0;
  }

  /** The smaller parts that it was split into; none if it is not split. */
  synchronized List<Part> children() {
    return splitBits == 0 ? List.of() : part.children(splitBits);
  }

  /** The number of its newest entry. */
  synchronized long last() {
    return last;
  }

  /** The last unit up to which every unit is in the base, which survives a power cut. */
  synchronized long throughInBase() throws IOException {
    List<String> bases = bases();
    return bases.isEmpty()
        ? 0
        : readBase(bases, numberOf(bases.get(bases.size() - 1)))
            .map(newest -> newest.totals().through())
            .orElse(0L);
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
   * @return nothing if the part is split
   */
  synchronized Optional<Added> add(List<UnitTable> values) throws IOException {
    Optional<Addition> addition = addNewOf(values);
    if (addition.isEmpty()) {
      return Optional.empty();
    }
    ReportTable all = totals.table();
    ReportTable touched = all.emptyCopy();
    touched.noteNewest(all);
    if (values.stream().anyMatch(value -> value.unit() == Unit.FOLDED.number())) {
      touched.copyShownRows(all);
    } else {
      touched.copyShownRows(addition.get().sum().table(), all);
      for (UnitTable value : values) {
        if (!addition.get().sum().has(value.unit())) {
          touched.copyShownRows(value.table(), all);
        }
      }
    }
    return Optional.of(new Added(addition.get().units(), touched));
  }

  /**
   * The same for those who do not want the rows.
   *
   * @return how many units were new; nothing if the part is split
   */
  synchronized Optional<Integer> addNew(List<UnitTable> values) throws IOException {
    return addNewOf(values).map(Addition::units);
  }

  private record Addition(int units, Totals sum) {}

  private Optional<Addition> addNewOf(List<UnitTable> values) throws IOException {
    ReportTable empty = values.get(0).emptyTable();
    while (true) {
      Totals before = totals(empty.emptyCopy());
      if (splitBits > 0) {
        return Optional.empty();
      }
      Totals addition = Totals.empty(empty.emptyCopy());
      int added = 0;
      for (UnitTable value : values) {
        if (!before.has(value.unit()) && addition.add(value)) {
          added++;
        }
      }
      if (added == 0) {
        return Optional.of(new Addition(0, addition));
      }
      addition.table().dropLate(before.table());
      if (append(addition.toBytes(), Durability.UNSYNCED)) {
        addedRows += addition.table().size();
        long oldest = before.table().oldest();
        before.addAll(addition);
        if (before.table().oldest() > oldest) {
          before.table().expire();
        }
        if (last - base >= additionsToBase
            || addedRows > FEW_ROWS
                && addedRows > (long) ADDED_ROWS_TO_BASE * before.table().size()) {
          writeBase(empty.emptyCopy(), 0);
        }
        return Optional.of(new Addition(added, addition));
      }
      // Another run, which began meanwhile or has lost its rights, has added something.
      totals = null;
    }
  }

  /**
   * Splits the part, unless something has been added meanwhile.
   *
   * @param table an empty table of the report
   * @param moreBits how many bits more its smaller parts have
   * @return whether it is split, by whomever
   */
  synchronized boolean split(ReportTable table, int moreBits) throws IOException {
    // What the smaller parts are made of has to survive a power cut.
    writeBase(table.emptyCopy(), 0);
    if (splitBits == 0) {
      if (!isBased() || !append(new byte[] {(byte) moreBits}, Durability.SYNCED)) {
        totals = null;
        return false;
      }
      splitBits = moreBits;
    }
    writeFirstBases();
    return true;
  }

  /** Makes the bases with which the smaller parts begin, unless they are there. */
  synchronized void writeFirstBases() throws IOException {
    if (isIncomplete()) {
      return;
    }
    for (Part child : children()) {
      // One that is gone was replaced by newer ones.
      if (entries.names(child.name() + ".").stream().noneMatch(TotalsLog::isBase)) {
        Totals first = firstOf(child, part, totals);
        entries.create(
            newBase(child.name() + ".", FIRST_OF_SPLIT),
            first.toBytes(),
            // What is empty can be made of the entry that has split the part.
            first.table().size() == 0 ? Durability.UNSYNCED : Durability.SYNCED);
      }
    }
  }

  /**
   * What a smaller part begins with; of the late records, which are of no row, the first has all.
   */
  private static Totals firstOf(Part child, Part split, Totals all) {
    Totals first = all.of(child);
    if (child.index() == split.index() << child.bits() - split.bits()) {
      first.table().noteLate(all.table());
    }
    return first;
  }

  /**
   * Makes a base of all that was added, unless there is one, or something is missing in a part of
   * which nobody could tell afterwards that it lacks something.
   *
   * @param table an empty table of the report
   * @param floor all units up to this one that concern the part are in it
   */
  synchronized void writeBase(ReportTable table, long floor) throws IOException {
    Totals all = totals(table);
    boolean isNothing = all.isEmpty() && origin == null;
    if (splitBits > 0 || isNothing || isBased() || !part.isWhole() && !missing.isEmpty()) {
      return;
    }
    writeBaseOf(part.isWhole() ? all : all.withAllThrough(floor), table);
  }

  /** The same where something is missing that is known to come again. */
  synchronized void mend(ReportTable table) throws IOException {
    Totals all = totals(table);
    if (splitBits == 0 && (!all.isEmpty() || origin != null) && !isBased()) {
      writeBaseOf(all, table);
    }
  }

  private void writeBaseOf(Totals all, ReportTable table) throws IOException {
    long before = base;
    if (!createBase(last, all)) {
      load(table);
      return;
    }
    addedRows = 0;
    damaged.clear();
    missing.clear();
    entries.delete(
        prefix, name -> numberOf(name) < before || isAddition(name) && numberOf(name) == before);
  }

  /**
   * Creates a base.
   *
   * @return whether it is the newest one; if not, the log has to be read again
   */
  private boolean createBase(long number, Totals all) throws IOException {
    String entry = newBase(prefix, number);
    entries.create(entry, all.toBytes(), Durability.SYNCED);
    base = number;
    baseEntry = entry;
    origin = null;
    return bases().stream()
        .allMatch(other -> numberOf(other) <= number || basesSeen.contains(other));
  }

  /** Begins a log with totals that were kept in another way. */
  synchronized void writeFirstBase(Totals first) throws IOException {
    entries.create(newBase(prefix, 1), first.toBytes(), Durability.SYNCED);
    totals = null;
  }

  /**
   * What is wrong with its entries, if it lacks units that are in a checkpoint, so that nothing
   * else has them.
   */
  synchronized Optional<DamagedFileException> lack(Checkpoint checkpoint) {
    if (part.isWhole()) {
      return totals.through() < checkpoint.lastUnit() ? Optional.of(damage()) : Optional.empty();
    }
    long needed = checkpoint.parts().getOrDefault(part.name(), 0L);
    boolean lacks =
        !missing.isEmpty() && missing.first() <= needed
            || last < needed
            || origin != null && !checkpoint.isNone() && origin.isIncomplete();
    return lacks ? Optional.of(damage()) : Optional.empty();
  }

  private static boolean isBase(String entry) {
    return entry.endsWith("." + BASE);
  }

  static boolean isAddition(String entry) {
    return entry.endsWith("." + ADDITION);
  }

  /** Whether an entry is a base, and not one that a smaller part began with. */
  static boolean isLaterBase(String entry) {
    return isBase(entry) && numberOf(entry) > FIRST_OF_SPLIT;
  }

  /**
   * Reads all entries. What a base has is deleted once there is a newer one, so everything is read
   * again if there are other bases in the end than in the beginning.
   */
  private void load(ReportTable table) throws IOException {
    if (listed != null) {
      load(table.emptyCopy(), listed);
      if (!isDamaged() && !isIncomplete() && origin == null) {
        return;
      }
    }
    List<String> names = entries.names(prefix);
    while (true) {
      load(table.emptyCopy(), names);
      List<String> now = entries.names(prefix);
      if (bases(names).equals(bases(now))) {
        return;
      }
      names = now;
    }
  }

  private void load(ReportTable table, List<String> names) throws IOException {
    damaged.clear();
    missing.clear();
    splitBits = 0;
    addedRows = 0;
    origin = null;
    basesSeen = bases(names);
    List<String> bases = new ArrayList<>(basesSeen);
    Totals read = null;
    base = 0;
    baseEntry = null;
    last = bases.isEmpty() ? 0 : numberOf(bases.get(bases.size() - 1));
    while (read == null && !bases.isEmpty()) {
      base = numberOf(bases.get(bases.size() - 1));
      Optional<Base> newest = readBase(bases, base);
      if (newest.isPresent()) {
        baseEntry = newest.get().entry();
        read = newest.get().totals();
      }
      bases.removeIf(entry -> numberOf(entry) == base);
    }
    if (read == null) {
      base = 0;
      baseEntry = null;
      read = Totals.empty(table.emptyCopy());
      Optional<TotalsLog> above = above();
      if (above.isPresent()) {
        origin = above.get();
        base = FIRST_OF_SPLIT;
        last = Math.max(last, base);
        read = firstOf(part, origin.part, origin.totals(table.emptyCopy()));
      }
    }
    for (String name : names) {
      if (isAddition(name) && numberOf(name) <= through) {
        last = Math.max(last, numberOf(name));
      }
    }
    // A listing may miss entries that were created meanwhile, and have others behind them.
    for (long number = base + 1; number <= last; number++) {
      if (!readAddition(number, read)) {
        missing.add(number);
      }
    }
    read.table().expire();
    totals = read;
    if (!damaged.isEmpty() && WARNED_OF.add(damaged.get(0).getMessage())) {
      LOG.warn(
          "{}{}; the report {} is computed again without it",
          damaged.get(0).getMessage(),
          damaged.size() == 1 ? "" : ", and " + (damaged.size() - 1) + " more entries",
          part.report());
    }
  }

  /** Whether an entry behind the base can be read. */
  private boolean readAddition(long number, Totals sum) throws IOException {
    try {
      Optional<byte[]> content = entries.read(addition(number));
      if (content.isEmpty()) {
        return false;
      }
      if (content.get().length == 1) {
        splitBits = content.get()[0];
        return true;
      }
      Totals addition = decode(content.get());
      if (!sum.addAll(addition)) {
        throw new DamagedFileException(
            entries.path(addition(number)), "it has units that others have, too");
      }
      addedRows += addition.table().size();
      return true;
    } catch (DamagedFileException e) {
      damaged.add(e);
      return false;
    }
  }

  /** The log of the part that was split into parts of which this is one; it has entries. */
  private Optional<TotalsLog> above() throws IOException {
    for (int bits = part.bits() - 1; bits >= 0; bits--) {
      TotalsLog log =
          new TotalsLog(
              entries, part.ancestor(bits), additionsToBase, unitsOnly, Long.MAX_VALUE, null);
      if (entries.names(log.prefix).stream().anyMatch(TotalsLog::isAddition)) {
        return Optional.of(log);
      }
    }
    return Optional.empty();
  }

  private Totals decode(byte[] content) throws IOException {
    return unitsOnly ? Totals.unitsFromBytes(content) : Totals.fromBytes(content);
  }

  /**
   * A base that was read.
   *
   * @param entry its name
   */
  private record Base(String entry, Totals totals) {}

  /** Reads the base of a number. Of several that have the number one is enough. */
  private Optional<Base> readBase(List<String> bases, long number) throws IOException {
    List<DamagedFileException> found = new ArrayList<>();
    for (String entry : bases) {
      if (numberOf(entry) == number) {
        try {
          Optional<byte[]> content = entries.read(entry);
          if (content.isPresent()) {
            return Optional.of(new Base(entry, decode(content.get())));
          }
        } catch (DamagedFileException e) {
          found.add(e);
        }
      }
    }
    damaged.addAll(found);
    return Optional.empty();
  }

  /**
   * Adds an entry behind the last one that was read, unless there is one.
   *
   * <p>A number can be free because its entry was deleted when it was in two bases. Then the base
   * that was read here is deleted, too, and what was created stays behind bases and does not count.
   *
   * @return whether it is there now; if not, the log has to be read again
   */
  private boolean append(byte[] content, Durability durability) throws IOException {
    if (origin != null && !origin.isIncomplete()) {
      Totals first = firstOf(part, origin.part, origin.known());
      if (!bases().equals(basesSeen) || !createBase(FIRST_OF_SPLIT, first)) {
        return false;
      }
    }
    if (!entries.create(addition(last + 1), content, durability)) {
      return false;
    }
    boolean follows = baseEntry == null ? bases().equals(basesSeen) : entries.has(baseEntry);
    if (follows) {
      last++;
    }
    return follows;
  }

  private List<String> bases() throws IOException {
    return bases(entries.names(prefix));
  }

  private List<String> bases(List<String> names) {
    return names.stream().filter(name -> isBase(name) && numberOf(name) <= through).toList();
  }

  private String addition(long number) {
    return name(prefix, String.format("%010d", number), ADDITION);
  }

  /** A name for a base that no base ever had. */
  private static String newBase(String prefix, long number) {
    return name(prefix, String.format("%010d-", number) + UUID.randomUUID(), BASE);
  }

  private static String name(String prefix, String number, String type) {
    return prefix + number + "." + type;
  }

  /** The path of its newest entry. */
  synchronized String path() {
    return entries.path(base == last && baseEntry != null ? baseEntry : addition(last));
  }

  /** What is wrong with its entries, where they lack units that nothing else has. */
  synchronized DamagedFileException damage() {
    return damaged.isEmpty()
        ? new DamagedFileException(path(), "some of what was before it is missing")
        : damaged.get(0);
  }

  /** The number of an entry. */
  static long numberOf(String entry) {
    String numbered = entry.substring(0, entry.lastIndexOf('.'));
    String number = numbered.substring(numbered.lastIndexOf('.') + 1);
    int unique = number.indexOf('-');
    return Long.parseLong(unique < 0 ? number : number.substring(0, unique));
  }
}
