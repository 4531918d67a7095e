package io.tailrace.sql;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the name that a misspelled one is meant to be. */
final class Suggestion {

  private static final int MOST_SHOWN = 16;

  private Suggestion() {}

  /** {@code ; did you mean x?} for the name that is closest, or what there is if none is close. */
  static String of(String name, Collection<String> names) {
    String closest = closest(name, names);
    if (!closest.isEmpty() || names.isEmpty()) {
      return closest;
    }
    String more = names.size() > MOST_SHOWN ? ", …" : "";
    return names.stream().limit(MOST_SHOWN).collect(Collectors.joining(", ", "; there are ", more));
  }

  /** {@code ; did you mean x?} for the name that is closest, or nothing if none is close. */
  static String closest(String name, Collection<String> names) {
    return names.stream()
        .min(
            Comparator.comparingInt((String other) -> distance(name, other))
                .thenComparing(Comparator.naturalOrder()))
        .filter(other -> distance(name, other) <= Math.max(2, name.length() / 3))
        .filter(other -> distance(name, other) < Math.max(name.length(), other.length()))
        .map(other -> "; did you mean " + other + "?")
        .orElse("");
  }

  /** The letters that differ, whatever their case (Levenshtein). */
  private static int distance(String one, String two) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = two.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
