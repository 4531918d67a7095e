package io.tailrace.textio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tailrace.table.DeadLetter;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Parses lines of {@code serverID,severity,timestamp} into {@link #RECORDS} and {@link
 * #DEAD_LETTERS}. Blank lines are neither.
 *
 * <p>{@code TextIO} decodes lines and does not say where they come from. So a dead letter has no
 * file and no offset, and a line with a replacement character is refused, because its bytes were
 * not valid UTF-8.
 */
public final class ParseServerLogs extends PTransform<PCollection<String>, PCollectionTuple> {

  private static final long serialVersionUID = 1L;

  /** The lines that are records. */
  public static final TupleTag<ServerLog> RECORDS = new TupleTag<>("records") {};

  /** Rows of {@link DeadLetter#LOG} for the lines that are no records. */
  public static final TupleTag<GenericRecord> DEAD_LETTERS = new TupleTag<>("deadLetters") {};

  /** The counter of {@link #RECORDS}. */
  public static final String RECORD_COUNTER = "records";

  /** The counter of {@link #DEAD_LETTERS}. */
  public static final String DEAD_LETTER_COUNTER = "dead_letters";

  @Override
  public PCollectionTuple expand(PCollection<String> lines) {
    PCollectionTuple parsed =
        lines.apply(
            "Parse", ParDo.of(new Parse()).withOutputTags(RECORDS, TupleTagList.of(DEAD_LETTERS)));
    parsed.get(RECORDS).setCoder(new ServerLog.LogCoder());
    parsed.get(DEAD_LETTERS).setCoder(AvroGenericCoder.of(DeadLetter.LOG.schema()));
    return parsed;
  }

  private static final class Parse extends DoFn<String, ServerLog> {

    private static final long serialVersionUID = 1L;
    private static final char REPLACEMENT_CHARACTER = '\ufffd';
    private static final String INVALID_UTF8 = "not valid UTF-8";

    private final Counter records = Metrics.counter(ParseServerLogs.class, RECORD_COUNTER);
    private final Counter deadLetters = Metrics.counter(ParseServerLogs.class, DEAD_LETTER_COUNTER);
    private transient ServerLogParser parser;

    @Setup
    public void setUp() {
      parser = new ServerLogParser();
    }

    @ProcessElement
    public void processElement(@Element String line, MultiOutputReceiver out) {
      if (line.isBlank()) {
        return;
      }
      byte[] bytes = line.getBytes(UTF_8);
      Optional<String> problem =
          line.indexOf(REPLACEMENT_CHARACTER) >= 0
              ? Optional.of(INVALID_UTF8)
              : parser.parse(bytes, 0, bytes.length);
      if (problem.isEmpty()) {
        records.inc();
        out.get(RECORDS)
            .output(new ServerLog(parser.server(), parser.severity(), parser.timestamp()));
      } else {
        deadLetters.inc();
        String raw = DeadLetter.raw(bytes, 0, bytes.length, bytes.length);
        out.get(DEAD_LETTERS).output(new DeadLetter(null, null, null, problem.get(), raw).toRow());
      }
    }
  }
}
