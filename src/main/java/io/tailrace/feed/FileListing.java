package io.tailrace.feed;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;

/**
 * Lists the files of an input: those that match a glob and whose names do not mean "not finished".
 *
 * @param glob the files, with an absolute path on this machine or a scheme
 * @param excludedFolder a folder whose files are never listed: the output
 */
public record FileListing(String glob, String excludedFolder) implements Serializable {

  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]+://.*");
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  /**
   * The listing of what the user gave as {@code --input}.
   *
   * @throws UsageException if the folder, or the file that is named without a wildcard, is not
   *     there
   */
  static FileListing of(String input, String excludedFolder) {
    if (SCHEME.matcher(input).matches()) {
      return new FileListing(input.endsWith("/") ? input + "*" : input, excludedFolder);
    }
    Path path = Path.of(input).toAbsolutePath().normalize();
    if (Files.isDirectory(path)) {
      if (WILDCARD.matcher(path.toString()).find()) {
        throw new UsageException(
            "--input: the path of the folder " + path + " has one of * ? [ {; rename the folder");
      }
      path = path.resolve("*");
    } else if (!WILDCARD.matcher(path.toString()).find() && !Files.exists(path)) {
      throw new UsageException(
          "--input: there is no " + path + "; make the folder first, or name the files with a *");
    }
    Path folder = path.getParent();
    while (folder != null && WILDCARD.matcher(folder.toString()).find()) {
      folder = folder.getParent();
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException("--input: there is no folder " + folder + "; make it first");
    }
    return new FileListing(path.toString(), excludedFolder);
  }

  /** The files that are there now. */
  List<MatchResult.Metadata> list() throws IOException {
    MatchResult result = FileSystems.match(glob, EmptyMatchTreatment.ALLOW);
    if (result.status() == MatchResult.Status.NOT_FOUND) {
      return List.of();
    }
    int folderLength = folderLength();
    return result.metadata().stream()
        .filter(metadata -> isFinishedFile(metadata.resourceId().toString(), folderLength))
        .toList();
  }

  /** Whether a file that matches the glob is one of the listing. */
  boolean isFinishedFile(MatchResult.Metadata metadata) {
    return isFinishedFile(metadata.resourceId().toString(), folderLength());
  }

  private boolean isFinishedFile(String path, int folderLength) {
    if (path.endsWith("/")
        || path.endsWith(".tmp")
        || path.endsWith("._COPYING_")
        || path.startsWith(excludedFolder + "/")) {
      return false;
    }
    int from = folderLength;
    while (from < path.length()) {
      char first = path.charAt(from);
      if (first == '.' || first == '_') {
        return false;
      }
      int slash = path.indexOf('/', from);
      from = slash < 0 ? path.length() : slash + 1;
    }
    return true;
  }

  /** The length of the part of a path that the user named without a wildcard. */
  private int folderLength() {
    var wildcard = WILDCARD.matcher(glob);
    int fixed = wildcard.find() ? wildcard.start() : glob.length();
    return glob.lastIndexOf('/', fixed - 1) + 1;
  }
}
