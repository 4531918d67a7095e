package io.tailrace.feed;

import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Glob;
import io.tailrace.storage.LocalPaths;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What becomes of files that were read: {@code --cleanSource} and {@code --cleanAfter}.
 *
 * @param listing the input; what it has no longer is left alone
 * @param archive the folder that files are moved to; if there is none, they are deleted
 * @param afterMillis how long after it was found a file is moved or deleted
 * @param pollMillis how often the input is listed
 */
public record CleanSource(
    FileListing listing, Optional<Folder> archive, long afterMillis, long pollMillis) {

  private static final String OFF = "off";
  private static final String DELETE = "delete";
  private static final String MOVE = "move:";
  private static final Pattern SERVER = Pattern.compile("(?s)(s3)://.*|([^:/]+://[^/]*).*");

  /**
   * Looks at what can be said of the options before any storage is asked anything.
   *
   * @throws UsageException if they cannot be used
   */
  static void check(TailraceOptions options) {
    afterMillis(options);
    String choice = options.getCleanSource();
    if (choice.equals(OFF)) {
      return;
    }
    if (!choice.equals(DELETE) && (!choice.startsWith(MOVE) || choice.equals(MOVE))) {
      throw new UsageException(
          String.format(
              "--cleanSource: '%s' cannot be used; give off, delete or move:FOLDER", choice));
    }
    if (options instanceof TopicOptions) {
      throw new UsageException(
          "--cleanSource is for files; the retention of a topic says when its messages go");
    }
    if (options.getFollow()) {
      throw new UsageException(
          "--cleanSource: a file that is followed may grow and is never done; leave out --follow"
              + " or --cleanSource");
    }
    if (options.getReader() == Reader.textio) {
      throw new UsageException(
          "--cleanSource: --reader=textio does not note which files it has read; use"
              + " --reader=units");
    }
  }

  private static long afterMillis(TailraceOptions options) {
    return Quantities.duration("cleanAfter", options.getCleanAfter()).toMillis();
  }

  /**
   * Reads the options of a run, whose input are globs by now.
   *
   * @param output the folder of the results
   * @return nothing if files stay where they are
   * @throws UsageException if files cannot be moved to the folder
   */
  public static Optional<CleanSource> of(TailraceOptions options, Folder output) {
    String choice = options.getCleanSource();
    if (choice.equals(OFF)) {
      return Optional.empty();
    }
    FileListing input = new FileListing(options.getInput(), output.path());
    return Optional.of(
        new CleanSource(
            input,
            choice.equals(DELETE)
                ? Optional.empty()
                : Optional.of(archive(choice.substring(MOVE.length()), input, output)),
            afterMillis(options),
            Quantities.duration("pollInterval", options.getPollInterval()).toMillis()));
  }

  private static Folder archive(String name, FileListing input, Folder output) {
    try {
      Folder folder = Folder.of(name);
      for (String glob : input.globs()) {
        if (!server(glob).equals(server(folder.path()))) {
          throw new UsageException(
              String.format(
                  "--cleanSource: %s is not on the storage of --input=%s; give a folder there",
                  folder.path(), glob));
        }
      }
      if ((folder.path() + "/").startsWith(output.path() + "/")) {
        throw new UsageException(
            String.format(
                "--cleanSource: %s is in the folder of the results; give another folder",
                folder.path()));
      }
      if (input.mayHaveFilesIn(folder.path())
          || folder.isLocal() && real(input).mayHaveFilesIn(real(folder.path()))) {
        throw new UsageException(
            String.format(
                "--cleanSource: --input may have files in %s, which would be read again; give a"
                    + " folder outside of it, or one whose name begins with _ or a dot",
                folder.path()));
      }
      Storage storage = Storages.of(folder.path());
      storage.check(folder.file(""));
      if (storage.hasFolders() && !storage.hasFolder(folder.path()) && isFile(folder, storage)) {
        throw new UsageException("--cleanSource: " + folder.path() + " is a file; give a folder");
      }
      return folder;
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("--cleanSource: " + e.getMessage(), e);
    }
  }

  private static boolean isFile(Folder folder, Storage storage) throws IOException {
    try {
      storage.stat(folder.path());
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Files can be moved between two paths that have the same. */
  private static String server(String path) {
    Matcher uri = SERVER.matcher(path);
    if (!uri.matches()) {
      return "";
    }
    return uri.group(1) == null ? uri.group(2) : uri.group(1);
  }

  /** The same listing by the names of the folders to which links lead. */
  private static FileListing real(FileListing input) throws IOException {
    List<String> globs = new ArrayList<>();
    for (String glob : input.globs()) {
      String folder = new Glob(glob).folder();
      globs.add(real(folder) + "/" + glob.substring(folder.length()));
    }
    return new FileListing(globs, input.excludedFolder());
  }

  private static String real(String folder) throws IOException {
    Path path = LocalPaths.absolute(folder);
    Path there = path;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    Path real = there.toRealPath().resolve(there.relativize(path));
    return LocalPaths.name(real).orElse(folder).replaceAll("/+$", "");
  }

  /**
   * Where a file is moved to: the archive has the same folders as the folder that all of the input
   * is in.
   *
   * @param copy 0, or a number that makes another name
   */
  String target(String path, int copy) {
    String target = archive.orElseThrow().file(path.substring(folder().length()));
    if (copy == 0) {
      return target;
    }
    int dot = target.indexOf('.', target.lastIndexOf('/') + 2);
    int end = dot < 0 ? target.length() : dot;
    return target.substring(0, end) + "-" + copy + target.substring(end);
  }

  private String folder() {
    String common = new Glob(listing.globs().get(0)).folder();
    for (String glob : listing.globs()) {
      String folder = new Glob(glob).folder();
      while (!folder.startsWith(common)) {
        common = common.substring(0, common.lastIndexOf('/', common.length() - 2) + 1);
      }
    }
    return common;
  }

  @Override
  public String toString() {
    return archive.map(folder -> "moved to " + folder.path()).orElse("deleted");
  }
}
