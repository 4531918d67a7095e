package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of pipelines whose files may be other than lines. */
public interface RecordOptions extends TailraceOptions {

  /** What a file is made of. */
  enum Records {
    /** Lines, each of which is a record. */
    lines,
    /** Elements of an array, objects one a line, or one object. */
    json
  }

  @Description(
      "json: a file has an array of objects, objects one a line, or one object. lines: each line is"
          + " a record, and large files are read in pieces.")
  @Default.Enum("lines")
  Records getRecords();

  void setRecords(Records value);

  /** What the files of a pipeline's input are made of. */
  static Records recordsOf(TailraceOptions options) {
    return options instanceof RecordOptions records ? records.getRecords() : Records.lines;
  }
}
