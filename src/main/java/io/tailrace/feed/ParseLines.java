package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.log.DeadLetter;
import io.tailrace.log.LogTable;
import io.tailrace.report.CombineReport;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Watch.Growth.TerminationCondition;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The textbook form of reading: {@link TextIO}, one element a line, and a branch for the reports
 * and for each log. The reference that {@link ProcessUnits} is tested against.
 *
 * <p>Bounded or, watching, unbounded. There is no ledger: after a restart everything is read again.
 * {@code TextIO} gives text, so dead letters have neither file nor place, and bytes that are not
 * UTF-8 come as replacement characters, for which a line is refused.
 */
public final class ParseLines extends PTransform<PBegin, PCollectionTuple> {

  private static final long serialVersionUID = 1L;

  /** The partial reports. */
  public static final TupleTag<KV<KV<String, Integer>, ReportTable>> TABLES =
      new TupleTag<>("tables") {};

  /** Counts the lines that were records. */
  public static final String RECORDS = "records";

  /** Counts the lines that were none. */
  public static final String DEAD_LETTERS = "dead_letters";

  private final FileListing listing;
  private final FileIO.Match match;
  private final LineWork work;

  private ParseLines(FileListing listing, FileIO.Match match, LineWork work) {
    this.listing = listing;
    this.match = match;
    this.work = work;
  }

  /** Reads what is there. */
  public static ParseLines available(FileFeed settings, LineWork work) {
    FileListing listing = settings.listing();
    return new ParseLines(
        listing,
        FileIO.match()
            .filepattern(listing.glob())
            .withEmptyMatchTreatment(EmptyMatchTreatment.ALLOW),
        work);
  }

  /** Watches for new files, until the run is asked to stop. */
  public ParseLines watching(FileFeed settings, Ledger ledger, long run) {
    return new ParseLines(
        listing,
        match.continuously(
            Duration.millis(settings.pollMillis()), new UntilStopRequested(ledger, run)),
        work);
  }

  /** The tag of the rows of a log. */
  public static TupleTag<GenericRecord> rowsOf(LogTable log) {
    return new TupleTag<>(log.name()) {};
  }

  @Override
  public PCollectionTuple expand(PBegin begin) {
    TupleTagList rowTags = TupleTagList.empty();
    for (LogTable log : work.logs()) {
      rowTags = rowTags.and(rowsOf(log));
    }
    // What TextIO.watchForNewFiles() is made of. In between, names that mean "not finished" go:
    // such
    // a file may be gone before it is read. The other reader ends lines with a line feed alone,
    // too, and the parsers drop a carriage return.
    FileListing finished = listing;
    PCollectionTuple parsed =
        begin
            .apply("MatchFiles", match)
            .apply(
                "FinishedFiles",
                Filter.by(file -> finished.isFinishedFile(file.resourceId().toString())))
            .apply("OpenFiles", FileIO.readMatches())
            .apply(
                "ReadLines",
                TextIO.readFiles()
                    .withDelimiter(new byte[] {'\n'})
                    .withSkipHeaderLines(work.header() ? 1 : 0))
            .apply(
                "Parse",
                ParDo.of(new Parse(work.function(), work.reports()))
                    .withOutputTags(TABLES, rowTags));
    parsed.get(TABLES).setCoder(CombineReport.coder());
    for (LogTable log : work.logs()) {
      parsed.get(rowsOf(log)).setCoder(AvroGenericCoder.of(log.schema()));
    }
    return parsed;
  }

  /** Ends a watch when the run is asked to stop; keeps no state. */
  private record UntilStopRequested(Ledger ledger, long run)
      implements TerminationCondition<String, Integer> {

    @Override
    public Coder<Integer> getStateCoder() {
      return VarIntCoder.of();
    }

    @Override
    public Integer forNewInput(Instant now, String input) {
      return 0;
    }

    @Override
    public Integer onSeenNewOutput(Instant now, Integer state) {
      return state;
    }

    @Override
    public Integer onPollComplete(Integer state) {
      return state;
    }

    @Override
    public boolean canStopPolling(Instant now, Integer state) {
      try {
        return !ledger.goesOn(run);
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public String toString(Integer state) {
      return "until stopped";
    }
  }

  private static final class Parse extends DoFn<String, KV<KV<String, Integer>, ReportTable>> {

    private static final long serialVersionUID = 1L;
    private static final char REPLACEMENT_CHARACTER = '\ufffd';

    private final LineFunction function;
    private final List<Report> reports;
    private final Counter records = Metrics.counter(ParseLines.class, RECORDS);
    private final Counter deadLetters = Metrics.counter(ParseLines.class, DEAD_LETTERS);
    private transient Map<String, ReportTable> tables;
    private transient LineFunction.UnitLines lines;
    private transient MultiOutputReceiver out;
    private transient Instant timestamp;

    Parse(LineFunction function, List<Report> reports) {
      this.function = function;
      this.reports = reports;
    }

    @StartBundle
    public void startBundle() {
      tables = new LinkedHashMap<>();
      reports.forEach(report -> tables.put(report.name(), report.newTable()));
      timestamp = BoundedWindow.TIMESTAMP_MIN_VALUE;
      lines =
          function.begin(
              UnitInput.UNKNOWN,
              new UnitOutput() {
                @Override
                public ReportTable table(Report report) {
                  return tables.get(report.name());
                }

                @Override
                public Consumer<GenericRecord> log(LogTable log) {
                  TupleTag<GenericRecord> tag = rowsOf(log);
                  return row -> out.get(tag).output(row);
                }
              });
    }

    @ProcessElement
    public void processElement(
        @Element String line, @Timestamp Instant lineTimestamp, MultiOutputReceiver receiver) {
      out = receiver;
      timestamp = lineTimestamp;
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      if (LineReader.isBlank(bytes, 0, bytes.length)) {
        return;
      }
      String problem =
          line.indexOf(REPLACEMENT_CHARACTER) >= 0
              ? "not valid UTF-8"
              : lines.line(bytes, 0, bytes.length);
      if (problem == null) {
        records.inc();
      } else {
        deadLetters.inc();
        String raw = DeadLetter.raw(bytes, 0, bytes.length, bytes.length);
        receiver
            .get(rowsOf(DeadLetter.LOG))
            .output(new DeadLetter(null, null, null, problem, raw).toRow());
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      tables.forEach(
          (report, table) -> {
            for (KV<KV<String, Integer>, ReportTable> part : CombineReport.parts(report, table)) {
              context.output(part, timestamp, GlobalWindow.INSTANCE);
            }
          });
    }
  }
}
