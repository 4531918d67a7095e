package io.tailrace.textio;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Trigger;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
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

  private final TextIO.Read read;

  private ReadLines(TextIO.Read read) {
    this.read = read;
  }

  /** Reads the input that the options name, as they say. */
  static ReadLines of(TailraceOptions options, Ledger ledger) {
    TextIO.Read read =
        TextIO.read()
            .from(FinishedFiles.glob(options.getInput()))
            .withDelimiter(new byte[] {'\n'})
            .withSkipHeaderLines(options.getHeader() ? 1 : 0)
            .withEmptyMatchTreatment(EmptyMatchTreatment.ALLOW);
    if (options.getTrigger() == Trigger.continuous) {
      long poll = Quantities.duration("pollInterval", options.getPollInterval()).toMillis();
      read =
          read.watchForNewFiles(Duration.millis(poll), new UntilStopped(ledger, options.getRun()));
    }
    return new ReadLines(read);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin.apply("TextIO", read);
  }
}
