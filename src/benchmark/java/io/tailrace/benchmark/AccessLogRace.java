package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Access logs by Tailrace and by its peers, in turn: requests per status, and the same with the
 * traffic per host and per endpoint.
 */
final class AccessLogRace implements Case {

  private static final String DESCRIPTION =
      """
      Access logs in the combined format become the requests per status, and, in a second race, also
      the traffic per host and per endpoint. Lines are like those of a small service; half of them
      are exact copies, one in 7,000 has no proper request. In each round every contestant does the
      whole job once, one after the other, from files that are in the system's cache. The time is
      that of the whole process. No figure is shown unless all gave the same counts and sums in every
      round.

      * **Tailrace** runs `access-log` with `--trigger=availableNow`, for the statuses alone with
        `--traffic=false`. What the Flink and the Spark runner take longer is their start: the time
        for one line under [More lines](#more-lines).
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]`: the `text` source, `regexp_extract` with
        one expression for the combined format, and one query for all counts (complete mode,
        in-memory table), with `Trigger.AvailableNow`. With the traffic, each line becomes a row for
        each report.
      """;

  private static final String DUCKDB =
      """
      * **DuckDB** is the one-shot reference: `regexp_extract` over the lines, on two threads. For the
        statuses the expression knows what is around a status; with the traffic it takes the line
        apart into a table of a database file, from which a statement for each report reads. It keeps
        no checkpoint. Its memory is outside the heap, with the same limit.
      """;

  private static final String LOG_FORMATS =
      """
      ### By LogFormat

      The format can also be given as the LogFormat or log_format of a server's own configuration.
      What says the same as `common` or `combined` is read by the same parser; any other by one that
      follows the fields of the format. The requests per status of %,d of the files, as they are and
      with more fields in each line:

      """;

  private final Settings settings;

  AccessLogRace(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofAccessLogs(settings, settings.number("files"));
    Rounds statuses = Rounds.run(settings, input, contestants(false, input));
    Rounds traffic = Rounds.run(settings, input, contestants(true, input));
    return description(traffic)
        + "### Requests per status\n\n"
        + figures(statuses)
        + "\n### With the traffic per host and endpoint\n\n"
        + traffic.bars(settings)
        + '\n'
        + figures(traffic)
        + '\n'
        + logFormats();
  }

  private List<Contestant> contestants(boolean traffic, Path input) {
    List<Contestant> contestants = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      contestants.add(tailrace(runner, runner.title() + " runner", "combined", traffic, input));
    }
    for (String peer : settings.peers()) {
      contestants.add(
          peer.equals("duckdb")
              ? Contestant.Program.duckDbAccessLog(traffic, input, settings.heap())
              : Contestant.Program.sparkAccessLog(traffic, input, settings.heap()));
    }
    return contestants;
  }

  private String figures(Rounds rounds) {
    List<String> titles =
        settings.runners().stream().map(runner -> runner.title() + " runner").toList();
    return rounds.seconds()
        + '\n'
        + speeds(rounds.inputBytes(), rounds.figures())
        + (settings.peers().isEmpty() ? "" : '\n' + rounds.ratios(titles));
  }

  /** What formats in words of their own cost, on the first runner. */
  private String logFormats() throws IOException, InterruptedException {
    int files = settings.number("log-format-files");
    Runner runner = settings.runners().get(0);
    StringBuilder text = new StringBuilder(Page.format(LOG_FORMATS, files));
    text.append(Page.header("format", "GB", "seconds", "`combined`", "times as long"));
    Path combined = Input.ofAccessLogs(settings, files);
    for (AccessLogForm form : AccessLogForm.values()) {
      Path input = Input.ofAccessLogs(settings, files, form);
      // The rounds put the other input into the system's cache.
      Input.readOnce(combined);
      Rounds rounds =
          Rounds.run(
              settings,
              input,
              List.of(
                  tailrace(runner, "`combined`", "combined", false, combined),
                  tailrace(runner, form.title(), form.format(), false, input)));
      Figures ofCombined = rounds.figures().get(0);
      Figures ofForm = rounds.figures().get(1);
      text.append(
          Page.row(
              form.title() + ": `" + form.format().replace("|", "\\|") + "`",
              Page.format("%.2f", rounds.inputBytes() / 1e9),
              Page.format("%.1f", Figures.median(ofForm.seconds())),
              Page.format("%.1f", Figures.median(ofCombined.seconds())),
              Figures.describe(ofForm.timesAsLongAs(ofCombined))));
    }
    return text.append('\n').toString();
  }

  private Contestant tailrace(
      Runner runner, String title, String format, boolean traffic, Path input) {
    return Contestant.Tailrace.onDisk(
        "Tailrace, " + title,
        runner.jar(settings.jars()),
        Contestant.Job.accessLog(format, traffic),
        input,
        settings.heap());
  }

  private String description(Rounds traffic) {
    int files = settings.number("files");
    int lines = settings.number("lines");
    Answer answer = traffic.answer();
    return DESCRIPTION
        + (settings.peers().contains("text") ? SPARK : "")
        + (settings.peers().contains("duckdb") ? DUCKDB : "")
        + Page.format(
            "\n%,d files of %,d lines each: %,d lines, %.2f GB. Heap of each process: `-Xmx%s`.\n"
                + "All answers agree: %,d statuses, %,d hosts and endpoints, %,.0f requests.\n\n",
            files,
            lines,
            (long) files * lines,
            traffic.inputBytes() / 1e9,
            settings.heap(),
            answer.report().size(),
            answer.log().size(),
            answer.report().values().stream().mapToDouble(Double::doubleValue).sum());
  }

  private static String speeds(long inputBytes, List<Figures> all) {
    StringBuilder text = new StringBuilder(Page.header("speed", "MB/s, median of the rounds"));
    for (Figures figures : all) {
      double seconds = Figures.median(figures.seconds());
      text.append(Page.row(figures.name(), Page.format("%.0f", inputBytes / 1e6 / seconds)));
    }
    return text.toString();
  }
}
