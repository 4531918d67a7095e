package io.tailrace.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.SealedContent.Kind;
import io.tailrace.options.TableFormat;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.storage.OpenFile;
import io.tailrace.storage.Storages;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogFile;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ledgers of the first format, which had no checksums and no manifest. A run that finds one
 * converts it, once: it writes all of it in the present format, then an identity of that format,
 * then deletes the old files. A run that was killed while it converted begins anew.
 */
public final class EarlierFormat {

  private static final Logger LOG = LoggerFactory.getLogger(EarlierFormat.class);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final String IDENTITY = Ledger.IDENTITY + ".json";
  private static final String ALERTS = "alerts";
  private static final String ALERT_COUNTS = "alert_counts";
  private static final int READ_BYTES = 1 << 18;

  private record OldIdentity(
      String id, String pipeline, String reader, TableFormat logFormat, List<String> reports) {}

  private record OldRun(long number, long firstPlan, boolean stopping) {}

  private record OldReceipt(
      Receipt.Counts counts,
      Map<String, Long> rows,
      Map<String, List<DataFile>> files,
      List<Receipt.Unread> unread,
      Map<Integer, Receipt.SliceCounts> slices,
      List<String> tables) {}

  private final Ledger ledger;
  private final Folder output;
  private final Folder folder;

  private EarlierFormat(Ledger ledger, Folder output) {
    this.ledger = ledger;
    this.output = output;
    this.folder = ledger.folder();
  }

  /** Whether there is a ledger of the first format in a folder. */
  public static boolean isIn(Folder folder) throws IOException {
    return identity(folder).isPresent();
  }

  private static Optional<OldIdentity> identity(Folder folder) throws IOException {
    try (InputStream in = folder.open(IDENTITY)) {
      byte[] content = in.readAllBytes();
      if (content.length == 0 || SealedContent.isSealed(content)) {
        return Optional.empty();
      }
      // Of the present format, damaged at its end or not, it would have this field.
      JsonNode tree = JSON.readTree(content);
      return tree.has("format")
          ? Optional.empty()
          : Optional.of(JSON.treeToValue(tree, OldIdentity.class));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Converts the ledger of an output, if it is of the first format. Belongs to the holder of the
   * {@link Lease}.
   *
   * @param reports the reports of its pipeline, with the measures that the format had, in their
   *     order
   */
  public static void convert(Ledger ledger, Folder output, List<Report> reports)
      throws IOException {
    Optional<OldIdentity> identity = identity(ledger.folder());
    if (identity.isPresent()) {
      LOG.warn("{} is converted to the present format", ledger.folder().path());
      new EarlierFormat(ledger, output).convert(identity.get(), reports);
    }
  }

  private void convert(OldIdentity old, List<Report> reports) throws IOException {
    List<String> before = oldFiles();
    // What a conversion has left that was cut short.
    for (String name :
        List.of(
            "runs", "states", "checkpoints", "names", "archive", "plans", "receipts", "totals")) {
      for (String file : folder.folder(name).list("", "")) {
        if (!before.contains(name + "/" + file)) {
          folder.folder(name).delete(file);
        }
      }
    }
    OldRun run = read("run", OldRun.class).orElse(new OldRun(0, 1, true));
    convertPlans(!Optional.ofNullable(old.logFormat()).orElse(TableFormat.parquet).hasVersions());
    for (Report report : reports) {
      Optional<byte[]> totals =
          bytes(folder.folder("totals"), report.name() + "-" + run.number() + ".totals");
      if (totals.isPresent()) {
        convertTotals(report, totals.get());
      }
    }
    Optional<byte[]> alerts =
        bytes(folder.folder("totals"), ALERTS + "-" + run.number() + ".totals");
    if (alerts.isPresent()) {
      convertAlerts(alerts.get());
    }
    seal("columns", Kind.columns);
    seal("views", Kind.views);
    List<ReportShape> kept =
        reports.stream()
            .filter(
                report ->
                    old.reports() == null
                        || old.reports().isEmpty()
                        || old.reports().contains(report.name()))
            .map(ReportShape::of)
            .toList();
    ledger.writeRun(run.number() + 1, 1, List.of());
    ledger.replaceIdentity(
        new Ledger.Identity(
            old.id(),
            old.pipeline(),
            old.reader(),
            Optional.ofNullable(old.logFormat()).orElse(TableFormat.parquet),
            kept));
    for (String file : before) {
      folder.delete(file);
    }
  }

  /** The files of the first format, as paths in the ledger. */
  private List<String> oldFiles() throws IOException {
    List<String> files = new ArrayList<>();
    files.add("run");
    Map<String, String> suffixes =
        Map.of("plans", ".json", "receipts", ".receipt", "totals", ".totals", "retry", ".json");
    for (Map.Entry<String, String> each : suffixes.entrySet()) {
      Folder old = folder.folder(each.getKey());
      for (String name : old.list("", each.getValue())) {
        if (isOld(each.getKey(), name)) {
          files.add(each.getKey() + "/" + name);
        }
      }
    }
    return files;
  }

  /** The names of the present format tell themselves apart, but for notes, which are found anew. */
  private static boolean isOld(String folder, String name) {
    return switch (folder) {
      case "plans" -> name.matches("plans?-\\d{10}\\.json");
      case "receipts" -> name.matches("unit-\\d{10}\\.receipt");
      case "totals" -> name.matches("[^.]+-\\d+\\.totals");
      default -> true;
    };
  }

  private void convertPlans(boolean isOfFiles) throws IOException {
    for (long number = 1; ; number++) {
      Optional<byte[]> json =
          bytes(folder.folder("plans"), String.format("plan-%010d.json", number));
      if (json.isEmpty()) {
        return;
      }
      Plan plan = parse(json.get(), Plan.class, "plans/plan-" + number);
      ledger.writePlan(number, plan);
      for (Unit unit : plan.units()) {
        Optional<byte[]> receipt = bytes(folder.folder("receipts"), unit.name() + ".receipt");
        if (receipt.isPresent()) {
          ledger.writeReceipt(unit, receipt(unit, receipt.get(), isOfFiles));
        }
      }
    }
  }

  private Receipt receipt(Unit unit, byte[] content, boolean isOfFiles) throws IOException {
    int line = 0;
    while (line < content.length && content[line] != '\n') {
      line++;
    }
    OldReceipt old =
        parse(Arrays.copyOf(content, line), OldReceipt.class, "receipts/" + unit.name());
    Map<String, ReportTable> tables = new LinkedHashMap<>();
    ByteBuffer data = ByteBuffer.wrap(content, line + 1, content.length - line - 1);
    for (String name : old.tables()) {
      tables.put(name, ReportTable.readFrom(data));
    }
    Map<String, List<LogFile>> files = new HashMap<>();
    for (Map.Entry<String, Long> rows : old.rows().entrySet()) {
      List<LogFile> ofLog = new ArrayList<>();
      List<DataFile> ofTable =
          old.files() == null ? List.of() : old.files().getOrDefault(rows.getKey(), List.of());
      for (DataFile file : ofTable) {
        measure(rows.getKey(), file.name(), rows.getValue(), file).ifPresent(ofLog::add);
      }
      if (ofTable.isEmpty() && rows.getValue() > 0) {
        for (String suffix : List.of(".parquet", ".csv")) {
          measure(rows.getKey(), unit.name() + suffix, rows.getValue(), null).ifPresent(ofLog::add);
        }
        if (ofLog.isEmpty()) {
          throw new IOException(
              output.folder(rows.getKey()).file(unit.name())
                  + " is missing; restore it, or give another --output");
        }
      }
      if (!ofLog.isEmpty()) {
        files.put(rows.getKey(), ofLog);
      }
    }
    return new Receipt(
        old.counts(),
        old.rows(),
        files,
        old.unread(),
        old.slices() == null ? Map.of() : old.slices(),
        tables);
  }

  private Optional<LogFile> measure(String log, String name, long rows, DataFile table)
      throws IOException {
    String path = output.folder(log).file(name);
    CRC32C crc = new CRC32C();
    long bytes = 0;
    try (OpenFile file = Storages.of(path).open(path, 0, Long.MAX_VALUE >> 1)) {
      ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
      for (int count; (count = file.channel().read(buffer)) >= 0; buffer.clear()) {
        bytes += count;
        crc.update(buffer.flip());
      }
      return Optional.of(new LogFile(name, bytes, rows, crc.getValue(), table));
    } catch (FileNotFoundException e) {
      // Files of tables may have been merged since.
      return Optional.empty();
    }
  }

  private void convertTotals(Report report, byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content);
    byte[] bits = new byte[in.getInt()];
    in.get(bits);
    Totals totals = Totals.of(BitSet.valueOf(bits), ReportTable.readFrom(in));
    ledger.totalsLog(report.name()).writeFirstBase(totals);
  }

  /** The state had the next unit as its first or third number. */
  private void convertAlerts(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    long nextUnit = in.readLong();
    if (nextUnit < 0) {
      in.readLong();
      nextUnit = in.readLong();
    }
    List<LogFile> files = new ArrayList<>();
    for (String name : output.folder(ALERTS).list("unit-", "")) {
      measure(ALERTS, name, 0, null).ifPresent(files::add);
    }
    ledger
        .states(ALERT_COUNTS)
        .append(Optional.empty(), nextUnit, 1, Map.of(ALERTS, files), content);
  }

  private void seal(String name, Kind kind) throws IOException {
    Optional<byte[]> content = bytes(folder, name + ".json");
    if (content.isPresent() && !SealedContent.isSealed(content.get())) {
      byte[] sealed = SealedContent.seal(kind, content.get());
      folder.write(name + ".json", ledger.temporary(), out -> out.write(sealed));
    }
  }

  private <T> Optional<T> read(String name, Class<T> type) throws IOException {
    Optional<byte[]> content = bytes(folder, name);
    return content.isEmpty() ? Optional.empty() : Optional.of(parse(content.get(), type, name));
  }

  private <T> T parse(byte[] content, Class<T> type, String name) throws IOException {
    try {
      return JSON.readValue(content, type);
    } catch (JsonProcessingException e) {
      throw new DamagedFileException(folder.file(name), e.getOriginalMessage());
    }
  }

  private static Optional<byte[]> bytes(Folder folder, String name) throws IOException {
    try (InputStream in = folder.open(name)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
