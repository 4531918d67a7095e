package io.tailrace.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The files of a glob in folders of this machine. No folder is looked into in which nothing can
 * match. Links are followed, but not round in a circle.
 *
 * <p>A name that comes or goes changes the time of its folder. So a folder is only read again if it
 * has another time than when it was read last, or had got that time a moment before: what comes
 * within the same tick of the file system's clock does not change it once more.
 */
final class LocalTree implements Relisting {

  /** Clocks of file systems whose times have fractions of a second tick more often than this. */
  private static final long FINE_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long COARSE_TICK_NANOS = TimeUnit.SECONDS.toNanos(3);

  /**
   * A folder when it was read last.
   *
   * @param key what tells it from others
   * @param modified its time before it was read
   * @param since when this time was seen first, in nanoseconds of this process
   * @param isQuiet whether all that came within the same tick was there when it was read
   * @param folders the folders in it that may have files that match
   */
  private record Known(
      Object key, FileTime modified, long since, boolean isQuiet, List<Path> folders) {}

  private final Path root;
  private final int depth;
  private final Pattern pattern;
  private final Consumer<Path> unnameable;
  private Map<Path, Known> before = Map.of();

  /**
   * @param unnameable takes the files whose names are not UTF-8
   */
  LocalTree(Glob glob, Consumer<Path> unnameable) {
    this.root = LocalPaths.path(glob.folder());
    this.depth = glob.depth();
    this.pattern = glob.pattern();
    this.unnameable = unnameable;
  }

  @Override
  public List<StoredFile> all() throws IOException {
    before = Map.of();
    return changed(name -> false);
  }

  @Override
  public List<StoredFile> changed(Predicate<String> isKnown) throws IOException {
    Look look = new Look(isKnown);
    if (Files.isDirectory(root)) {
      look.into(root, 1);
    }
    before = look.now;
    return look.found;
  }

  static Optional<BasicFileAttributes> attributes(Path path) {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (IOException e) {
      // Gone meanwhile, a link that leads round in a circle, or a file of somebody else.
      return Optional.empty();
    }
  }

  /** One walk through the folders. */
  private final class Look {

    private final Predicate<String> isKnown;
    private final List<StoredFile> found = new ArrayList<>();
    private final Map<Path, Known> now = new HashMap<>();
    private final Deque<Object> outer = new ArrayDeque<>();

    Look(Predicate<String> isKnown) {
      this.isKnown = isKnown;
    }

    /**
     * @param level how far below the root its files are
     */
    void into(Path folder, int level) throws IOException {
      BasicFileAttributes attributes;
      Known known;
      try {
        attributes = Files.readAttributes(folder, BasicFileAttributes.class);
        if (!attributes.isDirectory() || outer.contains(attributes.fileKey())) {
          return;
        }
        known = read(folder, level, attributes);
      } catch (IOException e) {
        if (level == 1) {
          throw e;
        }
        // Gone meanwhile, or a folder of somebody else.
        return;
      }
      now.put(folder, known);
      outer.push(attributes.fileKey());
      for (Path inner : known.folders()) {
        into(inner, level + 1);
      }
      outer.pop();
    }

    private Known read(Path folder, int level, BasicFileAttributes attributes) throws IOException {
      long begin = System.nanoTime();
      Known last = before.get(folder);
      boolean isSame =
          last != null
              && last.key().equals(attributes.fileKey())
              && last.modified().equals(attributes.lastModifiedTime());
      if (isSame && last.isQuiet()) {
        return last;
      }
      long since = isSame ? last.since() : begin;
      return new Known(
          attributes.fileKey(),
          attributes.lastModifiedTime(),
          since,
          begin - since >= tick(attributes.lastModifiedTime()),
          names(folder, level));
    }

    private long tick(FileTime time) {
      return time.toInstant().getNano() == 0 ? COARSE_TICK_NANOS : FINE_TICK_NANOS;
    }

    /** Adds what matches, and gives the folders. Only what may match is looked at. */
    private List<Path> names(Path folder, int level) throws IOException {
      List<Path> folders = new ArrayList<>();
      try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
        for (Path path : paths) {
          Optional<String> name = LocalPaths.name(path);
          boolean matches = pattern.matcher(name.orElseGet(path::toString)).matches();
          if (matches ? name.isPresent() && isKnown.test(name.get()) : level == depth) {
            continue;
          }
          Optional<BasicFileAttributes> attributes = attributes(path);
          if (attributes.isEmpty()) {
            continue;
          }
          if (attributes.get().isDirectory()) {
            if (level < depth) {
              folders.add(path);
            }
          } else if (matches && attributes.get().isRegularFile()) {
            name.ifPresentOrElse(
                known -> found.add(LocalStorage.file(known, attributes.get())),
                () -> unnameable.accept(path));
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      return folders;
    }
  }
}
