package io.tailrace.benchmark;

import java.io.IOException;

/** One thing that is measured. */
interface Case {

  /**
   * Measures.
   *
   * @return what was done and found, in Markdown, for the case's section of the page
   * @throws BenchmarkException if there are no figures, and why
   */
  String measure() throws IOException, InterruptedException;
}
