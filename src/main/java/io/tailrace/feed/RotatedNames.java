package io.tailrace.feed;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the names of files say of their rotation: {@code access.log} becomes {@code access.log.1},
 * {@code access.log-20260302.gz} or {@code access-2026-03-02.log}. Names are without folders.
 */
final class RotatedNames {

  private static final Pattern PACKED = Pattern.compile("\\.(gz|bz2|zst|zip|deflate|lzo|xz)$");

  /** A number or a date, behind a separator. */
  private static final String NUMBERS = "[-._]\\d+(?:[-._:T]\\d+)*Z?";

  private static final Pattern ALL_NUMBERS = Pattern.compile(NUMBERS);
  private static final Pattern LAST =
      Pattern.compile("(?:" + NUMBERS + "|[-._](?:old|bak|prev|copy|orig|save))$");

  private static final String SEPARATORS = "-._~";

  private RotatedNames() {}

  /** The last part of a path. */
  static String ofPath(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Whether rotation may have made one name of the other, or both of a third. */
  static boolean areRelated(String one, String other) {
    return base(one).equals(base(other))
        || origins(one).contains(other)
        || origins(other).contains(one);
  }

  private static String base(String name) {
    String unpacked = PACKED.matcher(name).replaceFirst("");
    Matcher last = LAST.matcher(unpacked);
    return last.find() && last.start() > 0 ? unpacked.substring(0, last.start()) : unpacked;
  }

  /** The other names that rotation, or packing, may have made a name of. */
  static Set<String> origins(String name) {
    Set<String> origins = new LinkedHashSet<>();
    for (int i = 1; i < name.length(); i++) {
      if (SEPARATORS.indexOf(name.charAt(i)) >= 0) {
        origins.add(name.substring(0, i));
      }
    }
    origins.add(ALL_NUMBERS.matcher(PACKED.matcher(name).replaceFirst("")).replaceAll(""));
    origins.remove(name);
    return origins;
  }
}
