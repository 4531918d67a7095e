package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What contestants took that did the same job in turn, round by round.
 *
 * @param figures of each contestant, in their order
 * @param answer the one that all of them gave in every round
 * @param inputBytes what they have read
 */
record Rounds(List<Figures> figures, Answer answer, long inputBytes) {

  /**
   * Lets them do the job.
   *
   * @param input the folder that they read, directly or not
   * @throws BenchmarkException if one fails or two answers differ
   */
  static Rounds run(Settings settings, Path input, List<Contestant> contestants)
      throws IOException, InterruptedException {
    return run(settings, input, contestants, settings.number("rounds"), false);
  }

  /**
   * Lets them do the job.
   *
   * @param input the folder that they read, directly or not
   * @param rounds how often
   * @param collectionsLogged whether the figures have the heap after collections
   * @throws BenchmarkException if one fails or two answers differ
   */
  static Rounds run(
      Settings settings,
      Path input,
      List<Contestant> contestants,
      int rounds,
      boolean collectionsLogged)
      throws IOException, InterruptedException {
    List<Figures> figures = new ArrayList<>();
    contestants.forEach(contestant -> figures.add(Figures.of(contestant.name())));
    Answer agreed = null;
    long inputBytes = 0;
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        Contestant contestant = contestants.get(i);
        System.out.println("round " + round + " of " + rounds + ": " + contestant.name());
        Path folder = Trees.empty(settings.runFolder());
        // Each time: a system may drop from its cache what nobody has read for a minute.
        inputBytes = Input.readOnce(input);
        ChildJvm.Run run =
            contestant.run(folder, collectionsLogged ? GcLog.options(folder) : List.of());
        figures
            .get(i)
            .add(run, contestant.secondsInQueries(folder), GcLog.highestUsedAfter(folder));
        Answer answer = contestant.answer(folder);
        agreed = agreed == null ? answer : agreed;
        agreed.requireEqual(contestants.get(0).name(), contestant.name(), answer);
      }
    }
    Trees.delete(settings.runFolder());
    return new Rounds(figures, agreed, inputBytes);
  }

  /** The table of the times. */
  String seconds() {
    StringBuilder text = new StringBuilder();
    text.append(Figures.header());
    figures.forEach(each -> text.append(each.toRow()));
    for (Figures each : figures) {
      if (!each.secondsInQueries().isEmpty()) {
        text.append(
            Figures.row(
                each.name() + ", from the start of its queries", each.secondsInQueries(), ""));
      }
    }
    return text.toString();
  }

  /** Draws how long each took beside the first one, and gives the Markdown that shows it. */
  String bars(Settings settings) throws IOException {
    Figures first = figures.get(0);
    List<Bars.Bar> bars = new ArrayList<>();
    for (Figures each : figures) {
      List<Double> ratios = each.timesAsLongAs(first);
      bars.add(
          new Bars.Bar(
              each.name().replace("`", ""),
              Figures.median(ratios),
              Figures.min(ratios),
              Figures.max(ratios)));
    }
    return new Bars(
            settings.scenario().title(),
            "times as long as " + first.name() + ": median of the rounds, and range",
            bars)
        .write(settings.page(), settings.scenario().option());
  }

  /**
   * The others beside some of the contestants: the median over the rounds, and their range.
   *
   * @param titles of the first contestants, which the others are compared with
   */
  String ratios(List<String> titles) {
    List<Figures> first = figures.subList(0, titles.size());
    StringBuilder text = new StringBuilder();
    text.append(
        Page.header(
            "times as long as Tailrace: median of the rounds (min to max)",
            titles.toArray(String[]::new)));
    for (Figures other : figures.subList(first.size(), figures.size())) {
      text.append(
          Page.row(
              other.name(),
              first.stream()
                  .map(other::timesAsLongAs)
                  .map(Figures::describe)
                  .toArray(String[]::new)));
    }
    return text.toString();
  }
}
