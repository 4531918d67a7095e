package io.tailrace.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What a contestant took, round by round.
 *
 * @param name the contestant
 * @param seconds the whole process
 * @param secondsInQueries the same without its start, where it tells that
 * @param peakBytes the most memory at a time, where the system tells that
 * @param usedHeapBytes the most of the heap that was used after a collection, where that was logged
 */
record Figures(
    String name,
    List<Double> seconds,
    List<Double> secondsInQueries,
    List<Long> peakBytes,
    List<Long> usedHeapBytes) {

  static Figures of(String name) {
    return new Figures(
        name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  void add(ChildJvm.Run run, OptionalDouble inQueries, OptionalLong usedHeap) {
    seconds.add(run.seconds());
    inQueries.ifPresent(secondsInQueries::add);
    run.peakBytes().ifPresent(peakBytes::add);
    usedHeap.ifPresent(usedHeapBytes::add);
  }

  /** The most of all rounds. */
  OptionalLong highestPeakBytes() {
    return peakBytes.stream().mapToLong(Long::longValue).max();
  }

  /** The most of all rounds. */
  OptionalLong highestUsedHeapBytes() {
    return usedHeapBytes.stream().mapToLong(Long::longValue).max();
  }

  /** How many times as long as another this one took, round by round. */
  List<Double> timesAsLongAs(Figures other) {
    return IntStream.range(0, seconds.size())
        .mapToObj(round -> seconds.get(round) / other.seconds.get(round))
        .toList();
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** The least value that so many percent of the values do not exceed. */
  static double percentile(List<Double> values, int percent) {
    int rank = (values.size() * percent + 99) / 100;
    return values.stream().sorted().toList().get(Math.max(1, rank) - 1);
  }

  static double min(List<Double> values) {
    return percentile(values, 0);
  }

  static double max(List<Double> values) {
    return percentile(values, 100);
  }

  /** The first two lines of a table of these figures. */
  static String header() {
    return Page.header("seconds", "median", "min", "max", "each round", "peak memory");
  }

  /** The line of the whole process. */
  String toRow() {
    return row(name, seconds, Page.mebibytes(highestPeakBytes()));
  }

  /** A line of a table. */
  static String row(String name, List<Double> seconds, String memory) {
    return Page.row(
        name,
        Page.format("%.1f", Figures.median(seconds)),
        Page.format("%.1f", Figures.min(seconds)),
        Page.format("%.1f", Figures.max(seconds)),
        Page.list(seconds, "%.1f"),
        memory);
  }

  /** The median of ratios, and their range. */
  static String describe(List<Double> ratios) {
    return Page.format("%.2f (%.2f to %.2f)", median(ratios), min(ratios), max(ratios));
  }
}
