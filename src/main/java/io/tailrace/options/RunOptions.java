package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;

/** What the launcher tells the workers; nobody gives it on the command line. */
@Hidden
public interface RunOptions extends PipelineOptions {

  @Description("The number that the ledger gave to the run.")
  @Default.Long(0)
  long getRun();

  void setRun(long value);

  @Description("How many of the first lines of a file are no records, as the pipeline says.")
  @Default.Integer(0)
  int getSkippedLines();

  void setSkippedLines(int value);
}
