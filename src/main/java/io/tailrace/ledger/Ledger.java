package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.SealedContent.Kind;
import io.tailrace.options.TableFormat;
import io.tailrace.options.UsageException;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Durability;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What is remembered beside an output, in the folder {@value #FOLDER}: which units were planned,
 * which have a receipt, and what they come to.
 *
 * <p>Plans are numbered from 1 and read like a log. Each file appears whole or not at all, has a
 * checksum ({@link SealedContent}) and is created if it is absent ({@link EntryFolder}), so that a
 * run that has lost its rights can do no harm whenever it wakes up. Reading is safe from any
 * process.
 *
 * @param folder where it is
 */
public record Ledger(Folder folder) implements Serializable {

  /** Its folder under the output. */
  public static final String FOLDER = "_ledger";

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** The reader of files that are read while they grow. */
  public static final String FOLLOW = "follow";

  static final String IDENTITY = "ledger";
  static final String COLUMNS = "columns";
  static final String VIEWS = "views";
  static final String SQL = "pipeline";

  /** What to do where the SQL of the pipeline cannot be read. */
  static final String SQL_REMEDY =
      "delete it, and run the same file of SQL with this --output, which writes it again";

  static final String RUN = "run-";
  static final String STOP = "stop-";
  static final String END = "end-";
  static final String PLAN = "plan-";
  static final String UNIT = "unit-";
  static final String CHECKPOINT = "checkpoint-";
  static final String CLEANED = "cleaned-";
  private static final int UNIT_DIGITS = 10;

  /**
   * Whose the ledger is.
   *
   * @param id made when the output was first used
   * @param pipeline the pipeline that writes the output
   * @param reader the reader that it uses
   * @param logFormat the format of the files of its logs
   * @param reports the reports that it keeps
   */
  public record Identity(
      String id, String pipeline, String reader, TableFormat logFormat, List<ReportShape> reports) {

    public Identity {
      reports = List.copyOf(reports);
    }

    /** Tells ledgers of this format from those of the first one. */
    @JsonProperty
    public int format() {
      return SealedContent.VERSION;
    }

    /** Whether the output has a report. */
    public boolean keeps(String report) {
      return reports.isEmpty() || reports.stream().anyMatch(kept -> kept.name().equals(report));
    }
  }

  /**
   * The SQL of a pipeline.
   *
   * @param file the name of its file
   * @param text what is in it
   * @param inferred the declaration of its input, as SQL, which was made from the first file; null
   *     if the file declares the columns itself
   */
  public record Sql(
      String file, String text, @JsonInclude(JsonInclude.Include.NON_NULL) String inferred) {

    /** The SQL of a file that declares the columns of its input. */
    public Sql(String file, String text) {
      this(file, text, null);
    }
  }

  /**
   * The run that has the right to plan and to read.
   *
   * @param number 1 for the first run of a ledger, then one more each
   * @param firstPlan the first plan with a unit that was not in all totals when the run began
   * @param again the units that had receipts which cannot be read any more
   * @param stopping whether it was asked to end
   */
  public record Run(long number, long firstPlan, List<Long> again, boolean stopping) {

    public Run {
      again = List.copyOf(again);
    }
  }

  private record RunStart(long firstPlan, List<Long> again) {

    private RunStart {
      // Runs did not always note it.
      again = again == null ? List.of() : List.copyOf(again);
    }
  }

  /** The first line of a receipt's file; the tables follow. */
  private record ReceiptHeader(
      Receipt.Counts counts,
      Map<String, Long> rows,
      Map<String, List<LogFile>> files,
      List<Receipt.Unread> unread,
      Map<Integer, Receipt.SliceCounts> slices,
      List<String> tables,
      Map<String, List<Integer>> slots) {

    Receipt toReceipt(Map<String, ReportTable> decoded) {
      return new Receipt(counts, rows, files, unread, slices, decoded);
    }
  }

  /**
   * A receipt without tables.
   *
   * @param tables their names
   * @param slots the slots of their rows
   */
  record ReceiptHead(Receipt receipt, List<String> tables, Map<String, BitSet> slots) {

    /** Whether all totals have the unit. */
    boolean isIn(Map<ReportShape, TotalsLook> totals, long unit) {
      return totals.entrySet().stream()
          .allMatch(report -> isIn(report.getValue(), report.getKey().name(), unit));
    }

    /** Whether the totals of a report have the unit. */
    boolean isIn(TotalsLook totals, String report, long unit) {
      return slots.containsKey(report)
          ? totals.has(unit, slots.get(report))
          : totals.hasInAll(unit);
    }
  }

  /** The ledger of an output. */
  public static Ledger of(Folder output) {
    return new Ledger(output.folder(FOLDER));
  }

  /**
   * Whose the ledger is, if it is there.
   *
   * @throws UsageException if an earlier version wrote it, which a run converts
   */
  public Optional<Identity> identity() throws IOException {
    if (EarlierFormat.isIn(folder)) {
      throw new UsageException(
          String.format(
              "%s was written by an earlier version; run its pipeline once with this --output, which"
                  + " converts it",
              folder.path()));
    }
    Optional<byte[]> content = singles(Kind.identity).read(IDENTITY);
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(content.get(), Identity.class));
  }

  /**
   * Whose the ledger is; it is made if it is not there.
   *
   * @param reports the reports of the pipeline that are kept
   * @throws UsageException if it belongs to another pipeline, reader, format of logs, or choice of
   *     reports: one that was not kept from the beginning would be wrong
   */
  public Identity claim(String pipeline, String reader, TableFormat logFormat, List<Report> reports)
      throws IOException {
    List<ReportShape> shapes = reports.stream().map(ReportShape::of).toList();
    Optional<Identity> known = identity();
    if (known.isEmpty()) {
      Identity identity =
          new Identity(UUID.randomUUID().toString(), pipeline, reader, logFormat, shapes);
      singles(Kind.identity).create(IDENTITY, JSON.writeValueAsBytes(identity), Durability.SYNCED);
      known = identity();
    }
    Identity identity = known.orElseThrow();
    if (!identity.reader().equals(reader)
        && (reader.equals(FOLLOW) || identity.reader().equals(FOLLOW))) {
      throw new UsageException(
          String.format(
              "--follow: %s was written with%s it; leave that so, or give another --output",
              folder.path(), reader.equals(FOLLOW) ? "out" : ""));
    }
    if (!identity.pipeline().equals(pipeline) || !identity.reader().equals(reader)) {
      throw new UsageException(
          String.format(
              "--output: %s was written by %s with --reader=%s; give %s an --output of its own",
              folder.path(), identity.pipeline(), identity.reader(), pipeline));
    }
    if (identity.logFormat() != logFormat) {
      throw new UsageException(
          String.format(
              "--logFormat: the logs in %s are %s; leave it so, or give another --output",
              folder.path(), identity.logFormat()));
    }
    if (!names(identity.reports()).equals(names(shapes))) {
      throw new UsageException(
          String.format(
              "--output: %s has the reports %s, not %s; leave it so, or give another --output",
              folder.path(),
              String.join(", ", names(identity.reports())),
              String.join(", ", names(shapes))));
    }
    for (int i = 0; i < shapes.size(); i++) {
      ReportShape kept = identity.reports().get(i);
      Optional<String> change = kept.changeTo(shapes.get(i));
      if (change.isPresent()) {
        throw new UsageException(
            String.format(
                "--output: the report %s in %s was computed %s; leave that, or give another"
                    + " --output",
                kept.name(), folder.path(), change.get()));
      }
    }
    return identity;
  }

  void replaceIdentity(Identity identity) throws IOException {
    byte[] content = SealedContent.seal(Kind.identity, JSON.writeValueAsBytes(identity));
    folder.write(IDENTITY + ".json", temporary(), out -> out.write(content));
  }

  private static List<String> names(List<ReportShape> reports) {
    return reports.stream().map(ReportShape::name).toList();
  }

  /** Saves views in place of those that were saved before: their SQL by their names. */
  public void writeViews(Map<String, String> views) throws IOException {
    // Their order counts, too.
    if (!List.copyOf(views.entrySet()).equals(List.copyOf(views().entrySet()))) {
      byte[] content = SealedContent.seal(Kind.views, JSON.writeValueAsBytes(views));
      folder.write(VIEWS + ".json", temporary(), out -> out.write(content));
    }
  }

  /** The views that were saved, in the order in which they were given. */
  public Map<String, String> views() throws IOException {
    Optional<byte[]> content = singles(Kind.views).read(VIEWS);
    return content.isEmpty()
        ? Map.of()
        : JSON.readValue(content.get(), new TypeReference<LinkedHashMap<String, String>>() {});
  }

  /** Saves the SQL of the pipeline in place of what was saved before. */
  public void writeSql(Sql sql) throws IOException {
    if (!sql().equals(Optional.of(sql))) {
      byte[] content = SealedContent.seal(Kind.sql, JSON.writeValueAsBytes(sql));
      folder.write(SQL + ".json", temporary(), out -> out.write(content));
    }
  }

  /**
   * The SQL of the pipeline, if it is a file of SQL.
   *
   * @throws DamagedFileException with the remedy, if it is damaged
   */
  public Optional<Sql> sql() throws IOException {
    try {
      Optional<byte[]> content = singles(Kind.sql).read(SQL);
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(content.get(), Sql.class));
    } catch (DamagedFileException e) {
      throw new DamagedFileException(e.file(), e.reason() + "; " + SQL_REMEDY);
    }
  }

  /**
   * Notes which columns were found in the first input, unless that is known.
   *
   * @param columns the JSON of an Avro record schema, or the declaration of an input in SQL
   */
  public void writeColumns(String columns) throws IOException {
    singles(Kind.columns)
        .create(COLUMNS, columns.getBytes(StandardCharsets.UTF_8), Durability.SYNCED);
  }

  /** The columns that were found, as they were noted. */
  public Optional<String> columns() throws IOException {
    return singles(Kind.columns)
        .read(COLUMNS)
        .map(content -> new String(content, StandardCharsets.UTF_8));
  }

  /**
   * Notes a plan under the next number.
   *
   * @return whether this call has noted it; otherwise another run has a plan of that number
   */
  public boolean writePlan(long number, Plan plan) throws IOException {
    return plans().create(planName(number), JSON.writeValueAsBytes(plan), Durability.SYNCED);
  }

  /** Reads the plan of a number, if it has been written and is not in a checkpoint. */
  public Optional<Plan> plan(long number) throws IOException {
    return number <= checkpoint().lastPlan() ? Optional.empty() : planInFile(number);
  }

  Optional<Plan> planInFile(long number) throws IOException {
    Optional<byte[]> content = plans().read(planName(number));
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(content.get(), Plan.class));
  }

  /** The number of the newest plan that has a file, damaged or not; 0 if there is none. */
  long newestPlan() throws IOException {
    return newest(plans(), PLAN);
  }

  private static long newest(EntryFolder entries, String prefix) throws IOException {
    List<String> names = entries.names(prefix);
    return names.isEmpty() ? 0 : number(names.get(names.size() - 1), prefix);
  }

  static long number(String name, String prefix) {
    return Long.parseLong(name.substring(prefix.length()));
  }

  String planPath(long number) {
    return plans().path(planName(number));
  }

  /** Deletes the files of plans up to a number. */
  void deletePlans(long through) throws IOException {
    plans().delete(PLAN, name -> number(name, PLAN) <= through);
  }

  /** Reads the plans from a number on. */
  public PlanReader plansFrom(long first) {
    return new PlanReader(this, first);
  }

  /**
   * Writes the receipt of a unit, whose files must be in place and durable.
   *
   * @return the receipt that counts: this one, or one that another attempt has written before
   */
  public Receipt writeReceipt(Unit unit, Receipt receipt) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    List<String> names = List.copyOf(receipt.tables().keySet());
    content.write(
        JSON.writeValueAsBytes(
            new ReceiptHeader(
                receipt.counts(),
                receipt.rows(),
                receipt.files(),
                receipt.unread(),
                receipt.slices(),
                names,
                slots(receipt.tables()))));
    content.write('\n');
    for (String name : names) {
      content.write(receipt.tables().get(name).toBytes());
    }
    boolean created =
        receipts().create(receiptName(unit), content.toByteArray(), Durability.SYNCED);
    // The other attempt's may have been folded since; it has the same values.
    return created ? receipt : receipt(unit).orElse(receipt);
  }

  private static Map<String, List<Integer>> slots(Map<String, ReportTable> tables) {
    Map<String, List<Integer>> slots = new HashMap<>();
    tables.forEach((name, table) -> slots.put(name, table.slots().stream().boxed().toList()));
    return slots;
  }

  /**
   * Reads the receipt of a unit, if it has one.
   *
   * @throws DamagedFileException if it is damaged
   */
  public Optional<Receipt> receipt(Unit unit) throws IOException {
    return receipt(unit, true);
  }

  /** Reads the receipt of a unit, if it has one, but none of its tables. */
  public Optional<Receipt> receiptWithoutTables(Unit unit) throws IOException {
    return receipt(unit, false);
  }

  private Optional<Receipt> receipt(Unit unit, boolean withTables) throws IOException {
    Optional<byte[]> read = receipts().read(receiptName(unit));
    if (read.isEmpty()) {
      return Optional.empty();
    }
    byte[] content = read.get();
    int line = lengthOfLine(content);
    ReceiptHeader header = JSON.readValue(Arrays.copyOf(content, line), ReceiptHeader.class);
    Map<String, ReportTable> tables = new LinkedHashMap<>();
    if (withTables) {
      ByteBuffer data = ByteBuffer.wrap(content, line + 1, content.length - line - 1);
      for (String name : header.tables()) {
        tables.put(name, ReportTable.readFrom(data));
      }
    }
    return Optional.of(header.toReceipt(tables));
  }

  /** Reads the receipt of a unit, if it has one that is not damaged. */
  public Optional<Receipt> readableReceipt(Unit unit) throws IOException {
    try {
      return receipt(unit);
    } catch (DamagedFileException e) {
      return Optional.empty();
    }
  }

  /**
   * The slices that a unit had not read whose receipt cannot be read any more; they are in other
   * units, or will be.
   */
  public Map<Slice, Receipt.Unread> askedAgain(Unit unit) throws IOException {
    return AskedAgain.of(this, unit);
  }

  /** Makes durable which receipts there are: one is seen by others a moment before its writer. */
  public void syncReceipts() throws IOException {
    receipts().folder().sync();
  }

  /** The same for totals and for what is computed in the order of units. */
  void syncTotals() throws IOException {
    totalsEntries().folder().sync();
    states("").entries().folder().sync();
  }

  /** Whether a unit is in a checkpoint, so that nothing is to be done with it any more. */
  public boolean isFolded(Unit unit) throws IOException {
    return newestCheckpoint() > 0 && unit.number() <= checkpoint().lastUnit();
  }

  /** Reads a receipt without its tables, and the names of those. */
  Optional<ReceiptHead> receiptHead(Unit unit) throws IOException {
    Optional<byte[]> content = receipts().read(receiptName(unit));
    if (content.isEmpty()) {
      return Optional.empty();
    }
    ReceiptHeader header =
        JSON.readValue(
            Arrays.copyOf(content.get(), lengthOfLine(content.get())), ReceiptHeader.class);
    Map<String, BitSet> slots = new HashMap<>();
    if (header.slots() == null) {
      // Receipts did not always name them.
      receipt(unit)
          .ifPresent(
              whole -> whole.tables().forEach((name, table) -> slots.put(name, table.slots())));
    } else {
      header.slots().forEach((name, some) -> slots.put(name, toBits(some)));
    }
    return Optional.of(new ReceiptHead(header.toReceipt(Map.of()), header.tables(), slots));
  }

  private static BitSet toBits(List<Integer> numbers) {
    BitSet bits = new BitSet();
    numbers.forEach(bits::set);
    return bits;
  }

  static int lengthOfLine(byte[] content) {
    int length = 0;
    while (content[length] != '\n') {
      length++;
    }
    return length;
  }

  /** The last unit that has the file of a receipt, whosoever; 0 if none has. */
  long newestReceipt() throws IOException {
    List<String> names = receipts().names(UNIT);
    return names.isEmpty() ? 0 : unitOf(names.get(names.size() - 1));
  }

  /** The number of a unit, of whose name the name of a file is made. */
  static long unitOf(String name) {
    return Long.parseLong(name.substring(UNIT.length(), UNIT.length() + UNIT_DIGITS));
  }

  /** Deletes the files of receipts of the units up to a number. */
  void deleteReceipts(long through) throws IOException {
    receipts().delete(UNIT, name -> unitOf(name) <= through);
  }

  String receiptPath(Unit unit) {
    return receipts().path(receiptName(unit));
  }

  /**
   * Asks for what a unit could not read to be planned again; the unit has its receipt. The notes
   * only spare planners to look at each receipt: a run that begins finds the same in the receipts.
   */
  public void writeRetryNotes(Unit unit, Receipt receipt) throws IOException {
    for (RetryNote note : RetryNote.of(unit, receipt)) {
      writeRetryNote(note);
    }
  }

  void writeRetryNote(RetryNote note) throws IOException {
    notes().create(note.name(), JSON.writeValueAsBytes(note), Durability.UNSYNCED);
  }

  /** What is to be planned again. */
  public List<RetryNote> retryNotes() throws IOException {
    return retryNotes(Set.of());
  }

  /**
   * The same without notes of some names: notes do not change.
   *
   * @param known their names
   */
  public List<RetryNote> retryNotes(Set<String> known) throws IOException {
    List<RetryNote> read = new ArrayList<>();
    for (String name : notes().names(UNIT)) {
      if (!known.contains(name)) {
        try {
          Optional<byte[]> content = notes().read(name);
          if (content.isPresent()) {
            read.add(JSON.readValue(content.get(), RetryNote.class));
          }
        } catch (DamagedFileException e) {
          // The next run finds it in the receipt.
        }
      }
    }
    return read;
  }

  /**
   * How far the input was cleaned. A note that is damaged is none: looking again for files that are
   * gone does no harm.
   */
  public CleanedInput cleaned() throws IOException {
    List<String> names = cleanings().names(CLEANED);
    for (int i = names.size() - 1; i >= 0; i--) {
      try {
        Optional<byte[]> content = cleanings().read(names.get(i));
        if (content.isPresent()) {
          return JSON.readValue(content.get(), CleanedInput.class);
        }
      } catch (DamagedFileException e) {
        // The one before.
      }
    }
    return CleanedInput.NONE;
  }

  /** Notes how far the input was cleaned. */
  public void writeCleaned(CleanedInput cleaned) throws IOException {
    cleanings()
        .create(
            String.format("%s%010d", CLEANED, cleaned.lastPlan()),
            JSON.writeValueAsBytes(cleaned),
            Durability.UNSYNCED);
    cleanings().delete(CLEANED, name -> number(name, CLEANED) < cleaned.lastPlan());
  }

  /** Takes a note away that a plan has answered. */
  public void deleteRetryNote(String name) throws IOException {
    notes().delete(name, name::equals);
  }

  /**
   * Begins a new run: whatever is still alive of the runs before has lost its rights, and what they
   * left half done is forgotten. Belongs to the holder of the {@link Lease}.
   *
   * @param reports the reports that it keeps
   * @throws LostException if something is damaged that cannot be computed again
   */
  public Run beginRun(List<Report> reports) throws IOException {
    return Recovery.begin(this, reports);
  }

  /** The run that has the right to plan and to read, if there ever was one. */
  public Optional<Run> run() throws IOException {
    List<String> names = runs().names(RUN);
    if (names.isEmpty()) {
      return Optional.empty();
    }
    long number = number(names.get(names.size() - 1), RUN);
    Optional<byte[]> content = runs().read(runName(number));
    RunStart start =
        content.isEmpty()
            ? new RunStart(1, List.of())
            : JSON.readValue(content.get(), RunStart.class);
    return Optional.of(new Run(number, start.firstPlan(), start.again(), isAskedToStop(number)));
  }

  /** The number of the newest run, 0 if there was none. */
  public long newestRun() throws IOException {
    return newest(runs(), RUN);
  }

  /**
   * Begins a run, unless there is one of its number or a later one.
   *
   * @param again the units that had receipts which cannot be read any more
   * @return whether it has begun
   */
  boolean writeRun(long number, long firstPlan, List<Long> again) throws IOException {
    return runs()
            .create(
                runName(number),
                JSON.writeValueAsBytes(new RunStart(firstPlan, again)),
                Durability.SYNCED)
        && newestRun() == number;
  }

  /** Deletes what runs before a run have left. */
  void deleteRunsBefore(long number) throws IOException {
    runs().delete(RUN, name -> number(name, RUN) < number);
    stops().delete(STOP, name -> number(name, STOP) < number);
    stops().delete(END, name -> number(name, END) < number);
  }

  static String runName(long number) {
    return String.format("%s%010d", RUN, number);
  }

  private boolean isAskedToStop(long run) throws IOException {
    return stops().names(STOP).contains(stopName(run));
  }

  private static String stopName(long run) {
    return String.format("%s%010d", STOP, run);
  }

  /**
   * Asks a run to finish the units it is at and end.
   *
   * @param run its number
   */
  public void requestStop(long run) throws IOException {
    stops().create(stopName(run), new byte[0], Durability.UNSYNCED);
  }

  /**
   * Asks a run to end because it cannot do what it should.
   *
   * @param run its number
   * @param reason what it says when it has ended
   */
  public void requestStop(long run, String reason) throws IOException {
    stops().create(stopName(run), JSON.writeValueAsBytes(reason), Durability.UNSYNCED);
  }

  /** Why a run was asked to end; nothing if it was not, or nobody gave a reason. */
  public Optional<String> stopReason(long run) throws IOException {
    Optional<byte[]> content = stops().read(stopName(run)).filter(reason -> reason.length > 0);
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(content.get(), String.class));
  }

  /** Notes that a run has ended and has left nothing half done. */
  public void noteEnd(long run) throws IOException {
    stops().create(String.format("%s%010d", END, run), new byte[0], Durability.UNSYNCED);
  }

  /** Whether the newest run has ended and has left nothing half done, or there was none. */
  public boolean hasEndedWell() throws IOException {
    return newest(stops(), END) == newestRun();
  }

  /** Whether another run has begun since, so that nothing of this one counts any more. */
  public boolean isSuperseded(long run) throws IOException {
    return newestRun() > run;
  }

  /** Whether no other run has begun since a run, which may have been asked to end. */
  public boolean isCurrent(long run) throws IOException {
    return newestRun() == run;
  }

  /** Whether a run goes on: nobody has asked it to end, and no other has begun since. */
  public boolean goesOn(long run) throws IOException {
    // One listing, because this is asked often and a storage may be far away.
    List<String> names = runs().names("");
    return !names.contains(stopName(run))
        && names.stream()
            .filter(name -> name.startsWith(RUN))
            .reduce((former, latter) -> latter)
            .filter(runName(run)::equals)
            .isPresent();
  }

  /** The log of the totals of a report that is not split. */
  TotalsLog totalsLog(String report) {
    return reportTotals(report).log(Part.whole(report));
  }

  /** The totals of a report. */
  ReportTotals reportTotals(String report) {
    return reportTotals(report, ReportTotals.Limits.DEFAULT);
  }

  /** The same with other limits. */
  ReportTotals reportTotals(String report, ReportTotals.Limits limits) {
    return new ReportTotals(this, totalsEntries(), report, limits);
  }

  /** The names of the reports that are kept. */
  public Set<String> reportNames() throws IOException {
    return Set.copyOf(names(reports()));
  }

  /** The reports that are kept. */
  List<ReportShape> reports() throws IOException {
    return identity().map(Identity::reports).orElse(List.of());
  }

  /**
   * Takes the rows of one part of a report.
   *
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface PartRows<E extends Exception> {
    /**
     * @param rows may be forgotten afterwards
     */
    void take(ReportTable rows) throws E;
  }

  /**
   * Reads the totals of a report, part by part: of all units that were added, and perhaps not of
   * others.
   */
  public <E extends Exception> void totals(Report report, PartRows<E> parts) throws IOException, E {
    TotalsLook look = reportTotals(report.name()).look();
    ReportTable newest = look.newest(report.newTable());
    for (TotalsLog log : look.logs()) {
      ReportTable rows = log.asItWas().totals(report.newTable()).table();
      rows.noteNewest(newest);
      rows.expire();
      parts.take(rows);
    }
  }

  /** How many records came too late for rows of a report, which had expired. */
  public long lateRecords(Report report) throws IOException {
    return reportTotals(report.name()).look().late();
  }

  /**
   * Computes the totals of a report, part by part, from its entries and from the receipts that no
   * run has added yet. All parts are of the same units.
   *
   * @throws LostException if a file is damaged that is needed for it
   */
  public <E extends Exception> void settledTotals(Report report, PartRows<E> parts)
      throws IOException, E {
    SettledTotals.of(this, report).visit(parts);
  }

  /** What a unit adds to a report: a receipt that was made again does not know. */
  ReportTable table(Unit unit, Receipt receipt, String report) throws IOException {
    ReportTable table = receipt.tables().get(report);
    if (table == null) {
      throw withoutValues(unit, report);
    }
    return table;
  }

  /** A receipt has no values of a report, and its totals have none either. */
  LostException withoutValues(Unit unit, String report) {
    return new LostException(
        new DamagedFileException(
            receiptPath(unit), "it was made again without the values of its unit"),
        "the report " + report + " lacks them",
        this);
  }

  /** The states of a name. */
  public StateLog states(String name) {
    return new StateLog(entries("states", Kind.state, ".state"), name);
  }

  /**
   * Lets states go on behind all units that are planned by now, because this run does not compute
   * them: receipts would wait for them for ever.
   *
   * @param computed the names of those that it does compute
   */
  public void skipOtherStates(Set<String> computed) throws IOException {
    for (String name : stateNames()) {
      if (!computed.contains(name)) {
        states(name).skipPlanned(this);
      }
    }
  }

  /** The names of which there are states. */
  Set<String> stateNames() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String entry : states("").entries().names("")) {
      names.add(entry.substring(0, entry.lastIndexOf('-')));
    }
    return names;
  }

  /** The number of the newest checkpoint, 0 if there is none. */
  long newestCheckpoint() throws IOException {
    return newest(checkpoints(), CHECKPOINT);
  }

  /**
   * The newest checkpoint, or the one before if that is damaged.
   *
   * @throws DamagedFileException if none can be read though there are some
   */
  public Checkpoint checkpoint() throws IOException {
    List<String> names = checkpoints().names(CHECKPOINT);
    if (names.isEmpty()) {
      return Checkpoint.NONE;
    }
    DamagedFileException damage = null;
    for (int i = names.size() - 1; i >= 0; i--) {
      try {
        Optional<Checkpoint> checkpoint = checkpoint(number(names.get(i), CHECKPOINT));
        if (checkpoint.isPresent()) {
          return checkpoint.get();
        }
      } catch (DamagedFileException e) {
        damage = damage == null ? e : damage;
      }
    }
    if (damage != null) {
      throw damage;
    }
    // All of them were deleted meanwhile, because there are newer ones.
    return checkpoint();
  }

  Optional<Checkpoint> checkpoint(long number) throws IOException {
    Optional<byte[]> content = checkpoints().read(checkpointName(number));
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(content.get(), Checkpoint.class));
  }

  /** A checkpoint, if it is there and not damaged. */
  Optional<Checkpoint> readableCheckpoint(long number) throws IOException {
    try {
      return checkpoint(number);
    } catch (DamagedFileException e) {
      return Optional.empty();
    }
  }

  boolean writeCheckpoint(Checkpoint checkpoint) throws IOException {
    return checkpoints()
        .create(
            checkpointName(checkpoint.number()),
            JSON.writeValueAsBytes(checkpoint),
            Durability.SYNCED);
  }

  void deleteCheckpointsBefore(long number) throws IOException {
    checkpoints().delete(CHECKPOINT, name -> number(name, CHECKPOINT) < number);
  }

  /** Where segments of the index of names are. */
  Folder names() {
    return folder.folder("names");
  }

  Archive archive() {
    return new Archive(entries("archive", Kind.archive, ".gz"));
  }

  /** Where files of units that have no receipt yet are written. */
  public Folder temporary() {
    return folder.folder("temp");
  }

  private EntryFolder plans() {
    return entries("plans", Kind.plan, ".plan");
  }

  private EntryFolder receipts() {
    return entries("receipts", Kind.receipt, ".receipt");
  }

  private EntryFolder notes() {
    return entries("retry", Kind.note, ".json");
  }

  private EntryFolder cleanings() {
    return entries("cleaned", Kind.cleaned, ".json");
  }

  private EntryFolder runs() {
    return entries("runs", Kind.run, ".json");
  }

  private EntryFolder stops() {
    return entries("runs", Kind.stop, ".json");
  }

  private EntryFolder checkpoints() {
    return entries("checkpoints", Kind.checkpoint, ".json");
  }

  private EntryFolder singles(Kind kind) {
    return new EntryFolder(folder, temporary(), kind, ".json");
  }

  private EntryFolder entries(String name, Kind kind, String suffix) {
    return new EntryFolder(folder.folder(name), temporary(), kind, suffix);
  }

  /** The entries of a kind that has numbered entries, or one. */
  EntryFolder entries(Kind kind) {
    return switch (kind) {
      case plan -> plans();
      case receipt -> receipts();
      case cleaned -> cleanings();
      case note -> notes();
      case run -> runs();
      case stop -> stops();
      case checkpoint -> checkpoints();
      case totals -> totalsEntries();
      case state -> states("").entries();
      case archive -> archive().entries();
      case identity, columns, views, sql -> singles(kind);
      case lease, reports, told -> throw new IllegalArgumentException(kind + " is no entry");
    };
  }

  /** Takes the saved views away. */
  void deleteViews() throws IOException {
    singles(Kind.views).delete(VIEWS, VIEWS::equals);
  }

  private EntryFolder totalsEntries() {
    return entries("totals", Kind.totals, ".totals");
  }

  private static String planName(long number) {
    return String.format("%s%010d", PLAN, number);
  }

  private static String checkpointName(long number) {
    return String.format("%s%010d", CHECKPOINT, number);
  }

  private static String receiptName(Unit unit) {
    return unit.name() + "-" + unit.fingerprint();
  }
}
