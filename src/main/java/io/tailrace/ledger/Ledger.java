package io.tailrace.ledger;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.log.DataFile;
import io.tailrace.options.TailraceOptions.LogFormat;
import io.tailrace.options.UsageException;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is remembered beside an output, in the folder {@value #FOLDER}: which units were planned and
 * which have a receipt.
 *
 * <p>Plans are numbered from 1 and read like a log. Each file appears whole or not at all. Reading
 * is safe from any process; planning belongs to one run at a time, which the {@link Lease} sees to.
 *
 * @param folder where it is
 */
public record Ledger(Folder folder) implements Serializable {

  /** Its folder under the output. */
  public static final String FOLDER = "_ledger";

  /** So many plans are kept together: those from 1 on, those behind them, and so on. */
  public static final int PLANS_TOGETHER = 1_000;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final String IDENTITY = "ledger.json";
  private static final String COLUMNS = "columns.json";
  private static final String VIEWS = "views.json";
  private static final String RUN = "run";

  /**
   * Whose the ledger is.
   *
   * @param id made when the output was first used
   * @param pipeline the pipeline that writes the output
   * @param reader the reader that it uses
   * @param logFormat the format of the files of its logs
   * @param reports the names of the reports that it keeps
   */
  public record Identity(
      String id, String pipeline, String reader, LogFormat logFormat, List<String> reports) {

    public Identity {
      // Ledgers were made before there was another, and before there was a choice of reports.
      logFormat = logFormat == null ? LogFormat.parquet : logFormat;
      reports = reports == null ? List.of() : List.copyOf(reports);
    }

    /** Whether the output has a report. */
    public boolean keeps(String report) {
      return reports.isEmpty() || reports.contains(report);
    }
  }

  /**
   * The run that has the right to plan and to read.
   *
   * @param number 1 for the first run of a ledger, then one more each
   * @param firstPlan the first plan with a unit that was not in all totals when the run began
   * @param stopping whether it was asked to end
   */
  public record Run(long number, long firstPlan, boolean stopping) {}

  /** The first line of a receipt's file; the tables follow. */
  private record ReceiptHeader(
      Receipt.Counts counts,
      Map<String, Long> rows,
      Map<String, List<DataFile>> files,
      List<Receipt.Unread> unread,
      Map<Integer, Receipt.SliceCounts> slices,
      List<String> tables) {}

  /** The ledger of an output. */
  public static Ledger of(Folder output) {
    return new Ledger(output.folder(FOLDER));
  }

  /** Whose the ledger is, if it is there. */
  public Optional<Identity> identity() throws IOException {
    try (InputStream in = folder.open(IDENTITY)) {
      return Optional.of(JSON.readValue(in, Identity.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Whose the ledger is; it is made if it is not there.
   *
   * @param reports the names of the reports of the pipeline that are kept
   * @throws UsageException if it belongs to another pipeline, reader, format of logs, or choice of
   *     reports: one that was not kept from the beginning would be wrong
   */
  public Identity claim(String pipeline, String reader, LogFormat logFormat, List<String> reports)
      throws IOException {
    Optional<Identity> known = identity();
    if (known.isEmpty()) {
      Identity identity =
          new Identity(UUID.randomUUID().toString(), pipeline, reader, logFormat, reports);
      folder.write(IDENTITY, temporary(), out -> out.write(JSON.writeValueAsBytes(identity)));
      return identity;
    }
    Identity identity = known.get();
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
    if (!identity.reports().isEmpty() && !identity.reports().equals(reports)) {
      throw new UsageException(
          String.format(
              "--output: %s has the reports %s, not %s; leave it so, or give another --output",
              folder.path(), String.join(", ", identity.reports()), String.join(", ", reports)));
    }
    return identity;
  }

  /** Saves views in place of those that were saved before: their SQL by their names. */
  public void writeViews(Map<String, String> views) throws IOException {
    // Their order counts, too.
    if (!List.copyOf(views.entrySet()).equals(List.copyOf(views().entrySet()))) {
      folder.write(VIEWS, temporary(), out -> out.write(JSON.writeValueAsBytes(views)));
    }
  }

  /** The views that were saved, in the order in which they were given. */
  public Map<String, String> views() throws IOException {
    try (InputStream in = folder.open(VIEWS)) {
      return JSON.readValue(in, new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (FileNotFoundException e) {
      return Map.of();
    }
  }

  /** Notes which columns were found in the first input, before it is planned. */
  public void writeColumns(String schemaJson) throws IOException {
    folder.write(
        COLUMNS, temporary(), out -> out.write(schemaJson.getBytes(StandardCharsets.UTF_8)));
  }

  /** The columns that were found, as the JSON of an Avro record schema. */
  public Optional<String> columns() throws IOException {
    try (InputStream in = folder.open(COLUMNS)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Notes a plan under the next number. */
  public void writePlan(long number, Plan plan) throws IOException {
    plans().write(planName(number), temporary(), out -> out.write(JSON.writeValueAsBytes(plan)));
  }

  /** Reads the plan of a number, if it has been written. */
  public Optional<Plan> plan(long number) throws IOException {
    try (InputStream in = plans().open(planName(number))) {
      return Optional.of(JSON.readValue(in, Plan.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Reads the plans from a number on. */
  public PlanReader plansFrom(long first) {
    return new PlanReader(this, first);
  }

  /**
   * Keeps {@value #PLANS_TOGETHER} plans together, beside the file of each: as many small files
   * take long to read.
   *
   * @param first the number of the first of them
   * @param together what was noted, and cannot change any more
   */
  public void keepTogether(long first, List<Plan> together) throws IOException {
    plans()
        .write(planNames(first), temporary(), out -> out.write(JSON.writeValueAsBytes(together)));
  }

  /** Reads the plans that are kept together from a number on, if they are. */
  Optional<List<Plan>> plansTogether(long first) throws IOException {
    try (InputStream in = plans().open(planNames(first))) {
      return Optional.of(JSON.readValue(in, new TypeReference<List<Plan>>() {}));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Writes the receipt of a unit, whose files must be in place. */
  public void writeReceipt(Unit unit, Receipt receipt) throws IOException {
    receipts()
        .write(
            receiptName(unit),
            temporary(),
            out -> {
              List<String> names = List.copyOf(receipt.tables().keySet());
              out.write(
                  JSON.writeValueAsBytes(
                      new ReceiptHeader(
                          receipt.counts(),
                          receipt.rows(),
                          receipt.files(),
                          receipt.unread(),
                          receipt.slices(),
                          names)));
              out.write('\n');
              DataOutputStream data = new DataOutputStream(out);
              for (String name : names) {
                receipt.tables().get(name).writeTo(data);
              }
              data.flush();
            });
  }

  /** Reads the receipt of a unit, if it has one. */
  public Optional<Receipt> receipt(Unit unit) throws IOException {
    return receipt(unit, true);
  }

  /** Reads the receipt of the unit of a number, if there is one. */
  public Optional<Receipt> receipt(long unit) throws IOException {
    return receipt(new Unit(unit, List.of(), 0));
  }

  /** Reads the receipt of a unit, if it has one, but none of its tables. */
  public Optional<Receipt> receiptWithoutTables(Unit unit) throws IOException {
    return receipt(unit, false);
  }

  private Optional<Receipt> receipt(Unit unit, boolean withTables) throws IOException {
    try (InputStream in = new BufferedInputStream(receipts().open(receiptName(unit)))) {
      ReceiptHeader header = JSON.readValue(firstLine(in), ReceiptHeader.class);
      Map<String, ReportTable> tables = new LinkedHashMap<>();
      if (withTables) {
        DataInputStream data = new DataInputStream(in);
        for (String name : header.tables()) {
          tables.put(name, ReportTable.readFrom(data));
        }
      }
      return Optional.of(
          new Receipt(
              header.counts(),
              header.rows(),
              header.files(),
              header.unread(),
              header.slices(),
              tables));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Asks for what a unit could not read to be planned again; the unit has its receipt. */
  public void writeRetryNotes(Unit unit, Receipt receipt) throws IOException {
    for (int i = 0; i < receipt.unread().size(); i++) {
      Receipt.Unread unread = receipt.unread().get(i);
      RetryNote note =
          new RetryNote(
              unit.name() + "-" + i,
              unit.attempt() + 1,
              unread.slice(),
              unread.reason(),
              unread.damaged());
      retries()
          .write(
              retryFile(note.name()), temporary(), out -> out.write(JSON.writeValueAsBytes(note)));
    }
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
    List<RetryNote> notes = new ArrayList<>();
    for (String file : retries().list("unit-", ".json")) {
      if (!known.contains(file.substring(0, file.length() - retryFile("").length()))) {
        try (InputStream in = retries().open(file)) {
          notes.add(JSON.readValue(in, RetryNote.class));
        }
      }
    }
    return notes;
  }

  /** Takes a note away that a plan has answered. */
  public void deleteRetryNote(String name) throws IOException {
    retries().delete(retryFile(name));
  }

  /**
   * Begins a new run: whatever is still alive of the runs before has lost its rights, and what they
   * left half done is forgotten. Belongs to the holder of the {@link Lease}.
   *
   * @param reports the names of the reports
   */
  public Run beginRun(List<String> reports) throws IOException {
    Run lastRun = run().orElse(new Run(0, 1, true));
    long last = lastRun.number();
    long number = last + 1;
    // Each run has files of its own, so that one that lost its rights can do no harm.
    List<String> before = totals().list("", totalsName(last, ""));
    for (String name : before) {
      String report = name.substring(0, name.length() - totalsName(last, "").length());
      try (InputStream in = totals().open(name)) {
        byte[] content = in.readAllBytes();
        totals().write(totalsName(number, report), temporary(), out -> out.write(content));
      }
    }
    Run run = new Run(number, firstPlanToMerge(number, reports, lastRun.firstPlan()), false);
    writeRun(run);
    for (String totals : before) {
      totals().delete(totals);
    }
    temporary().clear();
    return run;
  }

  /** Looks from a plan on before which all was in the totals already. */
  private long firstPlanToMerge(long number, List<String> reports, long from) throws IOException {
    List<Totals> all = new ArrayList<>();
    for (String report : reports) {
      Optional<Totals> totals = totals(number, report);
      if (totals.isEmpty()) {
        return 1;
      }
      all.add(totals.get());
    }
    long plan = from;
    PlanReader plans = plansFrom(from);
    for (Optional<Plan> next; (next = plans.next()).isPresent(); plan++) {
      for (Unit unit : next.get().units()) {
        if (!all.stream().allMatch(totals -> totals.has(unit.number()))) {
          return plan;
        }
      }
    }
    return plan;
  }

  /** The run that has the right to plan and to read, if there ever was one. */
  public Optional<Run> run() throws IOException {
    try (InputStream in = folder.open(RUN)) {
      return Optional.of(JSON.readValue(in, Run.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private void writeRun(Run run) throws IOException {
    folder.write(RUN, temporary(), out -> out.write(JSON.writeValueAsBytes(run)));
  }

  /** Asks the run that owns the ledger to finish the units it is at and end. */
  public void requestStop() throws IOException {
    Run run = run().orElseThrow(() -> new IOException("No run has begun in " + folder.path()));
    writeRun(new Run(run.number(), run.firstPlan(), true));
  }

  /** Whether another run has begun since, so that nothing of this one counts any more. */
  public boolean isSuperseded(long run) throws IOException {
    return run().filter(now -> now.number() != run).isPresent();
  }

  /** Whether a run goes on: nobody has asked it to end, and no other has begun since. */
  public boolean goesOn(long run) throws IOException {
    return run().filter(now -> now.number() == run && !now.stopping()).isPresent();
  }

  /** Reads the totals of a report that a run has written, if there are any. */
  public Optional<Totals> totals(long run, String report) throws IOException {
    return sum(run, report, Totals::readFrom);
  }

  /** Puts the totals of a report in place of those that the run wrote before. */
  public void writeTotals(long run, String report, Totals totals) throws IOException {
    writeSum(run, report, totals::writeTo);
  }

  /** Reads something from a file. */
  @FunctionalInterface
  public interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  /** Writes something to a file. */
  @FunctionalInterface
  public interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  /** Reads what a run has computed from all units so far under a name, if it has. */
  public <T> Optional<T> sum(long run, String name, Reading<T> reading) throws IOException {
    try (InputStream in = new BufferedInputStream(totals().open(totalsName(run, name)))) {
      return Optional.of(reading.from(new DataInputStream(in)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Puts what a run has computed from all units so far in place of what it wrote before. */
  public void writeSum(long run, String name, Writing writing) throws IOException {
    totals()
        .write(totalsName(run, name), temporary(), out -> writing.to(new DataOutputStream(out)));
  }

  /** Where files of units that have no receipt yet are written. */
  public Folder temporary() {
    return folder.folder("temp");
  }

  private Folder plans() {
    return folder.folder("plans");
  }

  private Folder receipts() {
    return folder.folder("receipts");
  }

  private Folder totals() {
    return folder.folder("totals");
  }

  private Folder retries() {
    return folder.folder("retry");
  }

  private static String planName(long number) {
    return String.format("plan-%010d.json", number);
  }

  private static String planNames(long first) {
    return String.format("plans-%010d.json", first);
  }

  private static String receiptName(Unit unit) {
    return unit.name() + ".receipt";
  }

  private static String totalsName(long run, String report) {
    return report + "-" + run + ".totals";
  }

  private static String retryFile(String note) {
    return note + ".json";
  }

  private static String firstLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("A receipt ends in its first line");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
