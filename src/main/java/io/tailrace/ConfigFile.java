package io.tailrace;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of options that a command line names by {@code --config=FILE}: one {@code --name=value} a
 * line, with comments behind a {@code #} at the beginning of a line. An option counts unless the
 * command line, or a file that is named later, has the same one.
 */
final class ConfigFile {

  private static final String CONFIG = "--config";

  private ConfigFile() {}

  /**
   * The words of a command line with the options of the files that it names, right behind its
   * command.
   *
   * @throws UsageException if a file cannot be read, or a line of it is no option
   */
  static List<String> expand(List<String> words) {
    List<String> own = words.stream().filter(word -> !isConfig(word)).toList();
    if (own.size() == words.size()) {
      return words;
    }
    Map<String, List<String>> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    words.stream().filter(ConfigFile::isConfig).forEach(word -> options.putAll(read(file(word))));
    own.forEach(word -> options.remove(name(word)));
    List<String> all = new ArrayList<>(own);
    all.addAll(Math.min(1, all.size()), options.values().stream().flatMap(List::stream).toList());
    return all;
  }

  private static boolean isConfig(String word) {
    return name(word).equals(CONFIG);
  }

  private static Path file(String word) {
    if (word.length() <= CONFIG.length() + 1) {
      throw new UsageException("--config: name a file of options: --config=FILE");
    }
    return Path.of(word.substring(CONFIG.length() + 1));
  }

  private static Map<String, List<String>> read(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UsageException("--config: there is no file " + file + " that can be read");
    }
    Map<String, List<String>> options = new LinkedHashMap<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (!line.startsWith("--") || isConfig(line)) {
          throw new UsageException(
              String.format(
                  "%s:%d: '%s' is not an option; a line has one, as --name=value",
                  file, i + 1, line));
        }
        options.computeIfAbsent(name(line), name -> new ArrayList<>()).add(line);
      }
    } catch (MalformedInputException e) {
      throw new UsageException("--config: " + file + " is not written in UTF-8", e);
    } catch (IOException e) {
      throw new UsageException("--config: " + file + " cannot be read: " + e.getMessage(), e);
    }
    return options;
  }

  private static String name(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }
}
