package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Requests per status, by Tailrace and by Spark Structured Streaming, in turn. */
final class AccessLogRace implements Case {

  /** The combined format, as a server's own configuration has it. */
  private static final String LOG_FORMAT =
      "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"";

  private static final String DESCRIPTION =
      """
      Access logs in the combined format become the requests per status. Lines are like those of a
      small service; half of them are exact copies, one in 7,000 has no proper request. In each
      round every contestant does the whole job once, one after the other, from files that are in
      the system's cache. The time is that of the whole process. No figure is shown unless all gave
      the same counts in every round.

      * **Tailrace** runs `access-log` with `--trigger=availableNow`: the requests per status alone,
        `--traffic=false`; and with the traffic per host and per endpoint, too, as it does when not told
        otherwise. What the Flink and the Spark runner take longer is their start: the time for one
        line under [More lines](#more-lines).
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]`: the `text` source, `regexp_extract` with
        one expression for the combined format, and counts by status alone (complete mode, in-memory
        table), with `Trigger.AvailableNow`.
      """;

  private static final String LOG_FORMATS =
      """
      The format can also be given as a LogFormat, `--format='%s'`,
      which goes through a general parser. The requests per status of %,d of the files, %,.2f GB:

      """;

  private final Settings settings;

  AccessLogRace(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofAccessLogs(settings, settings.number("files"));
    List<Contestant> contestants = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      String name = runner.title() + " runner, ";
      contestants.add(tailrace(runner, name + "statuses", "combined", false, input));
      contestants.add(tailrace(runner, name + "statuses and traffic", "combined", true, input));
      titles.add(name + "statuses");
      titles.add(name + "statuses and traffic");
    }
    if (!settings.peers().isEmpty()) {
      contestants.add(Contestant.Program.sparkAccessLog(input, settings.heap()));
    }
    Rounds rounds = Rounds.run(settings, input, contestants);
    return description(rounds.inputBytes(), rounds.answer())
        + rounds.bars(settings)
        + '\n'
        + rounds.seconds()
        + '\n'
        + speeds(rounds.inputBytes(), rounds.figures())
        + (settings.peers().isEmpty() ? "" : '\n' + rounds.ratios(titles))
        + '\n'
        + logFormats();
  }

  /** What a format in words of its own costs, on the first runner. */
  private String logFormats() throws IOException, InterruptedException {
    int files = settings.number("log-format-files");
    Path input = Input.ofAccessLogs(settings, files);
    Runner runner = settings.runners().get(0);
    String name = runner.title() + " runner, statuses, ";
    Rounds rounds =
        Rounds.run(
            settings,
            input,
            List.of(
                tailrace(runner, name + "`combined`", "combined", false, input),
                tailrace(runner, name + "LogFormat", LOG_FORMAT, false, input)));
    return Page.format(LOG_FORMATS, LOG_FORMAT, files, rounds.inputBytes() / 1e9)
        + rounds.seconds();
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

  private String description(long inputBytes, Answer answer) {
    int files = settings.number("files");
    int lines = settings.number("lines");
    return DESCRIPTION
        + (settings.peers().isEmpty() ? "" : SPARK)
        + Page.format(
            "\n%,d files of %,d lines each: %,d lines, %.2f GB. Heap of each process: `-Xmx%s`.\n"
                + "All answers agree: %,d statuses, %,.0f requests.\n\n",
            files,
            lines,
            (long) files * lines,
            inputBytes / 1e9,
            settings.heap(),
            answer.report().size(),
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
