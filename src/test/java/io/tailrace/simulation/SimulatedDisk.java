package io.tailrace.simulation;

import io.tailrace.storage.StoredFile;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of a file system, or of an object store, in memory.
 *
 * <p>A file system has two layers. What processes see changes at once; what a power cut leaves
 * changes when it is synced. The content of a file and the entries of a folder are synced apart.
 * {@link #cutPower} decides for each change that was not synced, independently of all others,
 * whether it is kept; what was added to a file may also be cut, lost, or zeroed in part. A rename
 * is two changes of entries, one that adds and one that removes. Entries of folders themselves are
 * not modelled: a folder is there as long as a file is in it.
 *
 * <p>In an object store each change is whole and durable at once.
 *
 * <p>The time is a logical clock, which each change moves on by a millisecond. Not safe for use by
 * more than one thread at a time; the {@link Schedule} sees to that.
 */
public final class SimulatedDisk {

  private static final long BEGINNING_MILLIS = 1_700_000_000_000L;
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** A file without its name. */
  private static final class Content {

    private final long id;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long modified;
    private int synced;

    Content(long id) {
      this.id = id;
    }
  }

  /**
   * A change of an entry that was not synced.
   *
   * @param content what has the name from now on, null if nothing has
   */
  private record Change(String path, Content content) {}

  private final boolean isObjectStore;
  private final NavigableMap<String, Content> seen = new TreeMap<>();
  private final NavigableMap<String, Content> durable = new TreeMap<>();

  /** In their order. */
  private final List<Change> changes = new ArrayList<>();

  private final Map<String, Integer> uniqueNames = new HashMap<>();

  private boolean ignoresSyncs;
  private boolean ignoresFolderSyncs;
  private boolean overwrites;
  private long clock = BEGINNING_MILLIS;
  private long contents;
  private int powerCuts;

  private SimulatedDisk(boolean isObjectStore) {
    this.isObjectStore = isObjectStore;
  }

  /** An empty file system. */
  public static SimulatedDisk fileSystem() {
    return new SimulatedDisk(false);
  }

  /** An empty object store. */
  public static SimulatedDisk objectStore() {
    return new SimulatedDisk(true);
  }

  /** Takes a mend away: syncs of files and folders do nothing. */
  public SimulatedDisk ignoringSyncs() {
    ignoresSyncs = true;
    return this;
  }

  /** Takes a mend away: syncs of folders do nothing. */
  public SimulatedDisk ignoringFolderSyncs() {
    ignoresFolderSyncs = true;
    return this;
  }

  /**
   * Takes a mend away: what is to be made if it is absent is looked for first and put over whatever
   * is there later.
   */
  public SimulatedDisk overwritingInsteadOfIfAbsent() {
    overwrites = true;
    return this;
  }

  public boolean isObjectStore() {
    return isObjectStore;
  }

  public boolean overwrites() {
    return overwrites;
  }

  /** The time, in milliseconds since 1970. */
  public long now() {
    return clock;
  }

  /** Moves the clock on. */
  public void pass(long millis) {
    clock += millis;
  }

  /**
   * A path for people and histories: each unique identifier in it is a number, the same in every
   * repetition.
   */
  String describe(String path) {
    Matcher unique = UUID.matcher(path);
    return unique.replaceAll(
        found -> {
          uniqueNames.putIfAbsent(found.group(), uniqueNames.size() + 1);
          return "#" + uniqueNames.get(found.group());
        });
  }

  /** Puts a file in place, whole and durable at once: an object, or input that somebody brings. */
  public void put(String path, byte[] bytes) {
    Content content = newContent();
    content.bytes.writeBytes(bytes);
    content.synced = bytes.length;
    enter(path, content);
    syncEntries(change -> change.path().equals(path));
  }

  /** The same unless there is a file of this path; tells whether there was none. */
  public boolean putIfAbsent(String path, byte[] bytes) {
    if (seen.containsKey(path)) {
      return false;
    }
    put(path, bytes);
    return true;
  }

  /** Makes an empty file, in place of what had its name. */
  public void create(String path) {
    enter(path, newContent());
  }

  /** Adds to a file. */
  public void append(String path, byte[] bytes, int from, int length) throws FileNotFoundException {
    Content content = content(path);
    content.bytes.write(bytes, from, length);
    content.modified = ++clock;
  }

  /** Makes the content of a file durable, but not its name. */
  public void sync(String path) throws FileNotFoundException {
    Content content = content(path);
    content.synced = ignoresSyncs ? content.synced : content.bytes.size();
  }

  /** Makes all names in the folder of a file durable. */
  public void syncFolderOf(String path) {
    if (!ignoresSyncs && !ignoresFolderSyncs) {
      String folder = folderOf(path);
      syncEntries(change -> folderOf(change.path()).equals(folder));
    }
  }

  /** Gives a file another name, in place of what had it. */
  public void rename(String from, String to) throws FileNotFoundException {
    enter(to, content(from));
    enter(from, null);
  }

  /** Gives a file a second name, unless there is a file of that name; tells whether it did. */
  public boolean link(String from, String to) throws FileNotFoundException {
    Content content = content(from);
    if (seen.containsKey(to)) {
      return false;
    }
    enter(to, content);
    return true;
  }

  /** Deletes a file, if it is there. */
  public void delete(String path) {
    if (seen.containsKey(path)) {
      enter(path, null);
    }
  }

  /** The version of a file that is there now. */
  public StoredFile stat(String path) throws FileNotFoundException {
    return file(path, content(path));
  }

  /** The bytes of a file. */
  public byte[] read(String path) throws FileNotFoundException {
    return content(path).bytes.toByteArray();
  }

  /** The files whose paths begin so, in the order in which they were made. */
  public List<StoredFile> files(String prefix) {
    return seen.subMap(prefix, prefix + Character.MAX_VALUE).entrySet().stream()
        .sorted(Comparator.comparingLong((Map.Entry<String, Content> e) -> e.getValue().id))
        .map(entry -> file(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** A disk of its own with all files that processes see, durable. */
  public SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk(isObjectStore);
    for (StoredFile file : files("")) {
      Content original = seen.get(file.path());
      copy.put(file.path(), original.bytes.toByteArray());
      copy.seen.get(file.path()).modified = original.modified;
    }
    copy.clock = clock;
    return copy;
  }

  /** The number of power cuts so far. */
  public int powerCuts() {
    return powerCuts;
  }

  /** Loses, tears or keeps each change that was not synced. What is left is durable. */
  public void cutPower(Random random) {
    powerCuts++;
    // Most extremes are found sooner if a cut leans to one side.
    double kept = List.of(0.1, 0.5, 0.9).get(random.nextInt(3));
    for (Change change : changes) {
      if (random.nextDouble() < kept) {
        apply(durable, change);
      }
    }
    changes.clear();
    seen.clear();
    seen.putAll(durable);
    Set<Content> left = new LinkedHashSet<>();
    seen.values().stream().sorted(Comparator.comparingLong(c -> c.id)).forEach(left::add);
    for (Content content : left) {
      if (content.synced < content.bytes.size()) {
        tear(content, random);
      }
    }
  }

  private static void tear(Content content, Random random) {
    byte[] bytes = content.bytes.toByteArray();
    int some = content.synced + random.nextInt(bytes.length - content.synced + 1);
    int more = some + random.nextInt(bytes.length - some + 1);
    byte[] torn =
        switch (random.nextInt(4)) {
          case 0 -> bytes;
          case 1 -> Arrays.copyOf(bytes, some);
          case 2 -> Arrays.copyOf(bytes, content.synced);
          default -> {
            Arrays.fill(bytes, some, more, (byte) 0);
            yield bytes;
          }
        };
    content.bytes.reset();
    content.bytes.writeBytes(torn);
    content.synced = torn.length;
  }

  private Content newContent() {
    Content content = new Content(++contents);
    content.modified = ++clock;
    return content;
  }

  private Content content(String path) throws FileNotFoundException {
    return Optional.ofNullable(seen.get(path))
        .orElseThrow(() -> new FileNotFoundException(path + " is not there"));
  }

  private void enter(String path, Content content) {
    Change change = new Change(path, content);
    clock++;
    apply(seen, change);
    if (isObjectStore) {
      apply(durable, change);
    } else {
      changes.add(change);
    }
  }

  private void syncEntries(Predicate<Change> which) {
    for (Change change : changes) {
      if (which.test(change)) {
        apply(durable, change);
      }
    }
    changes.removeIf(which);
  }

  private static void apply(NavigableMap<String, Content> entries, Change change) {
    if (change.content() == null) {
      entries.remove(change.path());
    } else {
      entries.put(change.path(), change.content());
    }
  }

  private static String folderOf(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static StoredFile file(String path, Content content) {
    return new StoredFile(path, content.bytes.size(), content.modified);
  }
}
