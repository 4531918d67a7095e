package io.tailrace.textio;

import io.tailrace.storage.Storages;
import java.util.ArrayList;
import java.util.List;

/**
 * Globs that leave out names of unfinished files, as far as a glob of Beam's file systems can.
 *
 * <p>Where the last part of a glob begins with a star, it gets no names that begin with a dot or an
 * underscore; where it is a star alone, nor names that end with {@code .tmp} or {@code ._COPYING_}.
 * S3 has no choices in braces, so there only the beginning of names counts.
 */
final class FinishedFiles {

  private static final String BRACES_OR_WILDCARDS = ".*[*?\\[{].*";
  private static final String FIRST = "[!._]";

  /** The same without an exclamation mark, which S3 does not know: all characters but those. */
  private static final String FIRST_ON_S3 = "[\u0001--0-^`-\udbff\udfff]";

  private static final List<String> UNFINISHED_SUFFIXES = List.of(".tmp", "._COPYING_");

  private FinishedFiles() {}

  /** The files of a glob, without those whose names mean that they are not finished. */
  static String glob(String glob) {
    int name = glob.lastIndexOf('/') + 1;
    String pattern = glob.substring(name);
    String rest = pattern.isEmpty() ? "" : pattern.substring(1);
    if (!pattern.startsWith("*") || rest.matches(BRACES_OR_WILDCARDS)) {
      return glob;
    }
    String folder = glob.substring(0, name);
    boolean hasChoices = Storages.of(glob).hasFolders();
    String first = hasChoices ? FIRST : FIRST_ON_S3;
    if (rest.isEmpty() && hasChoices) {
      return folder + finishedNames();
    }
    // A star stands for nothing, too, and then the rest is the whole name.
    boolean restIsName = !rest.isEmpty() && "._".indexOf(rest.charAt(0)) < 0;
    if (!restIsName) {
      return folder + first + "*" + rest;
    }
    return hasChoices ? folder + "{" + first + "*" + rest + "," + rest + "}" : glob;
  }

  /**
   * All names that begin well and have none of the suffixes: for each suffix, those that have the
   * end of it, but another character before that.
   */
  private static String finishedNames() {
    List<String> names = new ArrayList<>();
    names.add(FIRST);
    StringBuilder lastCharacters = new StringBuilder();
    for (String suffix : UNFINISHED_SUFFIXES) {
      lastCharacters.append(suffix.charAt(suffix.length() - 1));
      for (int i = 0; i < suffix.length() - 1; i++) {
        String end = suffix.substring(i + 1);
        names.add(FIRST + end);
        names.add(FIRST + "*[!" + suffix.charAt(i) + "]" + end);
      }
    }
    names.add(FIRST + "*[!" + lastCharacters + "]");
    return "{" + String.join(",", names) + "}";
  }
}
