package io.tailrace.run;

import java.util.Map;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Replaces {@code TextIO.watchForNewFiles}, whose splittable DoFn the streaming runner cannot
 * translate, by {@link ArrivingFiles} and the rest of what {@code TextIO} is made of.
 */
final class WatchOverride
    implements PTransformOverrideFactory<PBegin, PCollection<String>, TextIO.Read> {

  private static final String FILE_PATTERN = "filePattern";

  private final int headerLines;

  private WatchOverride(int headerLines) {
    this.headerLines = headerLines;
  }

  /**
   * The override of every {@code TextIO.Read}, all of which watch.
   *
   * @param headerLines how many lines at the beginning of a file are left out
   */
  static PTransformOverride of(int headerLines) {
    return PTransformOverride.of(
        step -> step.getTransform() instanceof TextIO.Read, new WatchOverride(headerLines));
  }

  @Override
  public PTransformReplacement<PBegin, PCollection<String>> getReplacementTransform(
      AppliedPTransform<PBegin, PCollection<String>, TextIO.Read> read) {
    String pattern =
        DisplayData.from(read.getTransform()).items().stream()
            .filter(item -> FILE_PATTERN.equals(item.getKey()))
            .map(item -> (String) item.getValue())
            .findFirst()
            .orElseThrow();
    return PTransformReplacement.of(
        read.getPipeline().begin(), new ReadArriving(pattern, headerLines));
  }

  @Override
  public Map<PCollection<?>, ReplacementOutput> mapOutputs(
      Map<TupleTag<?>, PCollection<?>> outputs, PCollection<String> replacement) {
    return ReplacementOutputs.singleton(outputs, replacement);
  }

  private static final class ReadArriving extends PTransform<PBegin, PCollection<String>> {

    private static final long serialVersionUID = 1L;

    private final String pattern;
    private final int headerLines;

    ReadArriving(String pattern, int headerLines) {
      this.pattern = pattern;
      this.headerLines = headerLines;
    }

    @Override
    public PCollection<String> expand(PBegin begin) {
      return begin
          .apply("ArrivingFiles", Read.from(new ArrivingFiles(pattern)))
          .apply("OpenFiles", FileIO.readMatches())
          .apply(
              "ReadFiles",
              TextIO.readFiles().withDelimiter(new byte[] {'\n'}).withSkipHeaderLines(headerLines));
    }
  }
}
