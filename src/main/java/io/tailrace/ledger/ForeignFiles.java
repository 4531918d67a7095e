package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import java.util.List;
import java.util.Optional;

/** One line on files that do not belong where they are: their number, and some of their names. */
final class ForeignFiles {

  private static final int MOST_NAMES = 10;

  private ForeignFiles() {}

  /**
   * The line, if there are files.
   *
   * @param meaning what they mean, and the remedy
   */
  static Optional<Finding> finding(Folder folder, List<String> files, String meaning) {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    String names = String.join(", ", files.subList(0, Math.min(MOST_NAMES, files.size())));
    return Optional.of(
        Finding.foreign(
            String.format(
                "%,d %s in %s: %s%s; %s",
                files.size(),
                files.size() == 1 ? "foreign file" : "foreign files",
                folder.path(),
                names,
                files.size() > MOST_NAMES ? ", …" : "",
                meaning)));
  }
}
