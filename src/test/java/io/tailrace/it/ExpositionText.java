package io.tailrace.it;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Metrics in Prometheus' text format, read by its grammar
 * (https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md) and held
 * to the rules of {@code promtool check metrics}: each has a help and a type before its samples,
 * counters end with {@code _total}, no sample comes twice, and histograms add up.
 *
 * @param types by the names of the metrics
 * @param samples the values by name and labels, as they are written
 */
record ExpositionText(Map<String, String> types, Map<String, Double> samples) {

  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (\\S.*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "((" + NAME + ")(?:\\{(?:" + LABEL + "(?:," + LABEL + ")*,?)?\\})?) (\\S+)( -?[0-9]+)?");
  private static final Pattern BUCKET = Pattern.compile("(.+)_bucket\\{le=\"(.+)\"\\}");

  static ExpositionText parse(String text) {
    require(text.endsWith("\n"), "the last line has no end");
    Set<String> helps = new LinkedHashSet<>();
    Map<String, String> types = new LinkedHashMap<>();
    Map<String, Double> samples = new LinkedHashMap<>();
    for (String line : text.split("\n")) {
      Matcher help = HELP.matcher(line);
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (help.matches()) {
        require(helps.add(help.group(1)), line);
      } else if (type.matches()) {
        require(types.put(type.group(1), type.group(2)) == null, line);
        require(helps.contains(type.group(1)), line);
        require(type.group(2).equals("counter") == type.group(1).endsWith("_total"), line);
      } else {
        require(sample.matches(), line);
        String name = sample.group(2);
        String base = name.replaceFirst("_(bucket|sum|count)$", "");
        require(types.containsKey(name) || "histogram summary".contains(type(types, base)), line);
        require(samples.put(sample.group(1), value(sample.group(3))) == null, line);
      }
    }
    ExpositionText read = new ExpositionText(types, samples);
    types.forEach(
        (name, type) -> {
          if (type.equals("histogram")) {
            read.checkHistogram(name);
          }
        });
    return read;
  }

  private static String type(Map<String, String> types, String name) {
    String type = types.get(name);
    require(type != null, name + " has no type");
    return type;
  }

  private static double value(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private void checkHistogram(String name) {
    Map<Double, Double> buckets = new TreeMap<>();
    samples.forEach(
        (sample, value) -> {
          Matcher bucket = BUCKET.matcher(sample);
          if (bucket.matches() && bucket.group(1).equals(name)) {
            buckets.put(value(bucket.group(2)), value);
          }
        });
    double before = 0;
    for (double count : buckets.values()) {
      require(count >= before, name + " has a bucket with less than the one before");
      before = count;
    }
    require(
        samples.get(name + "_count").equals(buckets.get(Double.POSITIVE_INFINITY)),
        name + " does not add up");
    require(samples.containsKey(name + "_sum"), name + " has no sum");
  }

  private static void require(boolean holds, String line) {
    if (!holds) {
      throw new AssertionError("not in Prometheus' format: " + line);
    }
  }

  /** The value of a sample. */
  double of(String nameAndLabels) {
    Double value = samples.get(nameAndLabels);
    require(value != null, nameAndLabels + " is not among " + samples.keySet());
    return value;
  }

  /** The sum of all samples of a metric. */
  double sum(String name) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
