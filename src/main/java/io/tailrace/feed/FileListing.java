package io.tailrace.feed;

import io.tailrace.options.UsageException;
import io.tailrace.storage.Glob;
import io.tailrace.storage.LocalPaths;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lists the files of an input: those that match one of its globs and whose names do not mean "not
 * finished". A file that several globs match is listed once.
 *
 * @param globs the files, with absolute paths on this machine or the URIs of other storages
 * @param excludedFolder a folder whose files are never listed: the output
 */
public record FileListing(List<String> globs, String excludedFolder) implements Serializable {

  /**
   * How the names of files end that somebody is still writing: those of HDFS's shell, curl, WinSCP
   * and browsers, for example, which rename a file when it is complete.
   */
  private static final List<String> UNFINISHED =
      List.of(".tmp", "._COPYING_", ".part", ".partial", ".filepart", ".crdownload");

  public FileListing {
    globs = List.copyOf(globs);
  }

  /** The URI of a server, or of a bucket, without a path. */
  private static final Pattern SERVER = Pattern.compile("[^:/]+://[^/]*");

  /**
   * The listing of what the user gave as {@code --input}, once or several times.
   *
   * @throws UsageException if a folder, or a file that is named without a wildcard, is not there,
   *     or if the storage cannot be used
   */
  static FileListing of(List<String> inputs, String excludedFolder) {
    return new FileListing(
        inputs.stream().map(FileListing::glob).distinct().toList(), excludedFolder);
  }

  private static String glob(String input) {
    try {
      String glob = Storages.isLocal(input) ? localGlob(input) : remoteGlob(input);
      // What is wrong with it is said at once.
      new Glob(glob).pattern();
      return glob;
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("--input: " + e.getMessage(), e);
    }
  }

  private static String remoteGlob(String input) throws IOException {
    String given = SERVER.matcher(input).matches() ? input + "/" : input;
    Storage storage = Storages.of(given);
    String path = storage.canonical(given);
    Glob glob = new Glob(path);
    glob.pattern();
    storage.check(path);
    // Where there are no folders, a name that no file has is taken for one.
    if (given.endsWith("/")
        || glob.isFile() && (storage.hasFolder(path) || storage.list(glob).isEmpty())) {
      path += path.endsWith("/") ? "*" : "/*";
    }
    String folder = new Glob(path).folder();
    if (storage.hasFolders() && !storage.hasFolder(folder)) {
      throw new UsageException(
          String.format(
              "--input: there is no folder %s; make it first, or check its name",
              folder.substring(0, folder.length() - 1)));
    }
    return path;
  }

  private static String localGlob(String input) {
    Path path = LocalPaths.absolute(input);
    String name = name(path);
    if (Files.isDirectory(path)) {
      if (!new Glob(name).isFile()) {
        throw new UsageException(
            "--input: the path of the folder " + name + " has one of * ? [ {; rename the folder");
      }
      path = path.resolve("*");
    } else if (new Glob(name).isFile() && !Files.exists(path)) {
      throw new UsageException(
          "--input: there is no "
              + name
              + "; make the folder first, or name the files with a *"
              + (input.contains(",") ? "; give --input once for each of several inputs" : ""));
    }
    Path folder = path.getParent();
    while (folder != null && !new Glob(name(folder)).isFile()) {
      folder = folder.getParent();
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException(
          "--input: there is no folder "
              + (folder == null ? "" : name(folder))
              + "; make it first");
    }
    return name(path);
  }

  /** The working directory, which comes before a name, may be any bytes. */
  private static String name(Path path) {
    return LocalPaths.name(path)
        .orElseThrow(() -> new IllegalArgumentException(path + " is not UTF-8; rename it"));
  }

  /** The files that are there now. */
  Collection<StoredFile> list() throws IOException {
    List<List<StoredFile>> found = new ArrayList<>();
    for (String glob : globs) {
      found.add(Storages.of(glob).list(new Glob(glob)));
    }
    return filter(found);
  }

  /**
   * Those of the files that were found which are to be read, each once.
   *
   * @param found for each glob the files that match it
   */
  Collection<StoredFile> filter(List<List<StoredFile>> found) {
    if (globs.size() == 1) {
      int folderLength = new Glob(globs.get(0)).folder().length();
      return found.get(0).stream()
          .filter(file -> isFinishedFile(file.path(), folderLength))
          .toList();
    }
    Map<String, StoredFile> files = new LinkedHashMap<>();
    for (int i = 0; i < globs.size(); i++) {
      int folderLength = new Glob(globs.get(i)).folder().length();
      for (StoredFile file : found.get(i)) {
        if (isFinishedFile(file.path(), folderLength)) {
          files.putIfAbsent(file.path(), file);
        }
      }
    }
    return files.values();
  }

  /** Whether a file of this name is in the listing, if it is there. */
  boolean has(String path) {
    return globs.stream()
        .map(Glob::new)
        .anyMatch(
            glob ->
                glob.pattern().matcher(path).matches()
                    && isFinishedFile(path, glob.folder().length()));
  }

  /** Whether there may be files in a folder, or in folders of it, that are in the listing. */
  boolean mayHaveFilesIn(String folder) {
    Glob all = new Glob(folder + "/**");
    return globs.stream()
        .map(Glob::new)
        .filter(all::mayOverlap)
        .anyMatch(
            glob ->
                !(folder + "/").startsWith(glob.folder())
                    || isFinishedFile(folder + "/file", glob.folder().length()));
  }

  /** The files in a folder, whether a glob matches them or not. */
  List<StoredFile> files(String folder) throws IOException {
    return Storages.of(folder).list(Glob.ofFolder(folder)).stream()
        .filter(file -> isFinishedFile(file.path(), folder.length() + 1))
        .toList();
  }

  private boolean isFinishedFile(String path, int folderLength) {
    if (path.endsWith("/")
        || path.startsWith(excludedFolder + "/")
        || UNFINISHED.stream().anyMatch(path::endsWith)) {
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
}
