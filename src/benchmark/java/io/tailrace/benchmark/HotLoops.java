package io.tailrace.benchmark;

import io.tailrace.benchmark.JmhRun.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import joptsimple.OptionParser;
import org.apache.commons.math3.distribution.TDistribution;

/** The loops that all lines go through, measured by JMH: their times, and what they allocate. */
final class HotLoops implements Case {

  private static final String DESCRIPTION =
      """
      The loops that all lines go through, each for itself, over %,d generated lines, records,
      messages or rows in memory, on one thread, when Java has compiled them. JMH measures each in
      processes of its own (forks: %d): iterations of 1 s, %d to warm up and %d that count. The time is
      the mean with half the width of its interval of 99.9 %% confidence; the bytes are all that the
      process allocates, by JMH's `gc` profiler. Heap of each process: `-Xmx%s`.

      The classes are those of the product. Lines of server logs have severity 1 or 2 here: one of
      severity 0 becomes a row of the log, and a row is an object. `String.split` with a `HashMap`
      comes to the same report, and a LogFormat to the same counts, or no figure is shown.

      """;

  /** The loops by the names that JMH has for them, in the order of the table. */
  private static final Map<String, String> LOOPS = new LinkedHashMap<>();

  static {
    for (String servers : List.of("10", "10000")) {
      String lines = Page.format("server log, %,d servers: ", Integer.parseInt(servers));
      LOOPS.put(
          "ServerLogLoops.split " + servers,
          lines + "`BufferedReader`, `String.split(\",\")` and a `HashMap`, for comparison");
      LOOPS.put("ServerLogLoops.cut " + servers, lines + "`LineReader` alone");
      LOOPS.put(
          "ServerLogLoops.report " + servers,
          lines + "`LineReader`, the compiled SQL and `ReportTable`");
    }
    LOOPS.put("Sev0Loops.write", "server log: rows of severity 0, sorted, as a Parquet file");
    LOOPS.put("AccessLogLoops.statuses", "access log: `ByteAccessLineParser`, requests per status");
    LOOPS.put("AccessLogLoops.traffic", "access log: the same with traffic per host and endpoint");
    LOOPS.put(
        "AccessLogLoops.logFormat",
        "access log: `LogFormatParser`, with virtual hosts, requests per status");
    LOOPS.put("GameEventLoops.parse", "game events: `GameEventFields`");
    LOOPS.put("GameEventLoops.rows", "game events: both reports, and rows for the table");
    LOOPS.put("TrackerLoops.parse", "tracker: `JsonReader` and `JsonObjectParser`");
    LOOPS.put("TrackerLoops.rows", "tracker: the same, the report, and rows for the table");
  }

  private final Settings settings;

  HotLoops(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    Path scores = folder.resolve("scores");
    Path jar = settings.runners().get(0).jar(settings.jars());
    System.out.println(LOOPS.size() + " loops; see " + folder.resolve("jmh.out"));
    ChildJvm.run(
        folder.resolve("jmh.out"),
        List.of(
            "-cp",
            ChildJvm.classPath(
                jar,
                HotLoops.class,
                org.openjdk.jmh.runner.Runner.class,
                OptionParser.class,
                TDistribution.class),
            JmhRun.class.getName(),
            "--forks=" + settings.number("forks"),
            "--warm-ups=" + settings.number("warm-ups"),
            "--iterations=" + settings.number("iterations"),
            "--heap=" + settings.heap(),
            "--scores=" + scores));
    return Page.format(
            DESCRIPTION,
            LoopInput.LINES,
            settings.number("forks"),
            settings.number("warm-ups"),
            settings.number("iterations"),
            settings.heap())
        + table(
            JmhRun.read(scores).stream()
                .collect(Collectors.toMap(Score::name, Function.identity())));
  }

  private static String table(Map<String, Score> scores) {
    if (!scores.keySet().equals(LOOPS.keySet())) {
      throw new BenchmarkException(
          "JMH has measured " + scores.keySet() + ", not " + LOOPS.keySet());
    }
    StringBuilder table = new StringBuilder();
    table.append(Page.header("a line, record, message or row", "ns", "±", "bytes allocated"));
    LOOPS.forEach(
        (name, title) -> {
          Score score = scores.get(name);
          table.append(
              Page.row(
                  title,
                  Page.format("%,.1f", score.nanos()),
                  Double.isNaN(score.error()) ? "n/a" : Page.format("%,.1f", score.error()),
                  Page.format("%,.2f", score.bytes())));
        });
    return table.toString();
  }
}
