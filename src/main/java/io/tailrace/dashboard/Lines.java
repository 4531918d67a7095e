package io.tailrace.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values as they were at times, of which some hundred are kept. */
final class Lines {

  private static final int MOST_TIMES = 600;

  private final List<Long> times = new ArrayList<>();
  private final Map<String, List<Object>> values = new LinkedHashMap<>();

  /**
   * Adds the values of a time.
   *
   * @return whether all that there is has to be shown anew: not just one time more
   */
  boolean add(long millis, Map<String, Object> now) {
    boolean anew = times.isEmpty() || !values.keySet().equals(now.keySet());
    values.keySet().retainAll(now.keySet());
    now.forEach(
        (name, value) -> {
          List<Object> known = values.computeIfAbsent(name, key -> new ArrayList<>());
          while (known.size() < times.size()) {
            known.add(null);
          }
          known.add(value);
        });
    times.add(millis);
    if (times.size() > MOST_TIMES) {
      thin(times);
      values.values().forEach(Lines::thin);
      return true;
    }
    return anew;
  }

  /** Every second one goes, but not the last. */
  private static <T> void thin(List<T> list) {
    List<T> kept = new ArrayList<>();
    for (int i = list.size() - 1; i >= 0; i -= 2) {
      kept.add(0, list.get(i));
    }
    list.clear();
    list.addAll(kept);
  }

  List<Long> times() {
    return times;
  }

  Map<String, List<Object>> values() {
    return values;
  }
}
