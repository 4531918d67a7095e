package io.tailrace.textio;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Trigger;
import java.util.List;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Duration;

/**
 * Reads the lines of files with {@link TextIO}: of those that are there, or also of those that
 * arrive until the run is asked to stop.
 *
 * <p>A line ends with a line feed alone, as in the unit reader. A file is read when it is found,
 * finished or not, and if it is gone by then the run fails: so does {@code TextIO}.
 */
final class ReadLines extends PTransform<PBegin, PCollection<String>> {

  private static final long serialVersionUID = 1L;

  private final List<TextIO.Read> reads;

  private ReadLines(List<TextIO.Read> reads) {
    this.reads = reads;
  }

  /** Reads the inputs that the options name, as they say. */
  static ReadLines of(TailraceOptions options, Ledger ledger) {
    return new ReadLines(
        options.getInput().stream().map(glob -> read(glob, options, ledger)).toList());
  }

  private static TextIO.Read read(String glob, TailraceOptions options, Ledger ledger) {
    TextIO.Read read =
        TextIO.read()
            .from(FinishedFiles.glob(glob))
            .withDelimiter(new byte[] {'\n'})
            .withSkipHeaderLines(options.getHeader() ? 1 : 0)
            .withEmptyMatchTreatment(EmptyMatchTreatment.ALLOW);
    if (options.getTrigger() == Trigger.continuous) {
      long poll = Quantities.duration("pollInterval", options.getPollInterval()).toMillis();
      read =
          read.watchForNewFiles(Duration.millis(poll), new UntilStopped(ledger, options.getRun()));
    }
    return read;
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    PCollectionList<String> lines = PCollectionList.empty(begin.getPipeline());
    for (TextIO.Read read : reads) {
      lines = lines.and(begin.apply("TextIO" + (lines.size() + 1), read));
    }
    return lines.apply("AllLines", Flatten.pCollections());
  }
}
