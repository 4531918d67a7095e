package io.tailrace.storage;

import io.tailrace.simulation.Schedule;
import io.tailrace.simulation.SimulatedDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A storage of paths {@code sim://disk/…} on a {@link SimulatedDisk}. Each operation is a step of a
 * {@link Schedule}; what a file system does in several operations, such as a commit, is a step
 * each.
 */
public final class SimulatedStorage implements Storage {

  private final SimulatedDisk disk;
  private final Schedule schedule;
  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  private SimulatedStorage(SimulatedDisk disk, Schedule schedule) {
    this.disk = disk;
    this.schedule = schedule;
  }

  /** Makes a disk the one that paths {@code sim://disk/…} are of from now on. */
  public static void install(SimulatedDisk disk, Schedule schedule) {
    Storages.register("sim", new SimulatedStorage(disk, schedule));
  }

  private void change(String what, String path, Schedule.Change change) throws IOException {
    schedule.step(
        what + " " + path,
        true,
        () -> {
          change.run();
          return null;
        });
  }

  private <T> T look(String what, String path, Schedule.Operation<T> look) throws IOException {
    return schedule.step(what + " " + path, false, look);
  }

  @Override
  public void check(String path) {
    // It can always be used.
  }

  @Override
  public boolean hasFolders() {
    return !disk.isObjectStore();
  }

  @Override
  public boolean hasFolder(String path) throws IOException {
    String folder = path.endsWith("/") ? path : path + "/";
    return look("look for", folder, () -> !disk.files(folder).isEmpty());
  }

  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    Pattern pattern = patterns.computeIfAbsent(glob.text(), text -> glob.pattern());
    return look(
        "list",
        glob.text(),
        () ->
            disk.files(glob.fixedPart()).stream()
                .filter(file -> pattern.matcher(file.path()).matches())
                .toList());
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    return look("stat", path, () -> disk.stat(path));
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    return look(
        "open",
        path,
        () -> {
          byte[] bytes = disk.read(path);
          int first = (int) Math.min(from, bytes.length);
          return new OpenFile(
              Channels.newChannel(new ByteArrayInputStream(bytes, first, bytes.length - first)),
              disk.stat(path),
              true);
        });
  }

  @Override
  public NewFile create(String path, String temporary, Durability durability) throws IOException {
    return disk.isObjectStore()
        ? new NewObject(path)
        : new NewLocalFile(path, temporary, durability);
  }

  /** An object that is sent when it is committed. */
  private final class NewObject implements NewFile {

    private final String path;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    NewObject(String path) {
      this.path = path;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void commit() throws IOException {
      byte[] content = out.toByteArray();
      change("put", path, () -> disk.put(path, content));
    }

    @Override
    public void abandon() {
      // Nobody has sent anything.
    }
  }

  /** A file that is renamed when it is committed. */
  private final class NewLocalFile extends OutputStream implements NewFile {

    private final String path;
    private final String temporary;
    private final boolean isSynced;
    private boolean committed;

    NewLocalFile(String path, String temporary, Durability durability) throws IOException {
      this.path = path;
      this.temporary = temporary;
      this.isSynced = durability == Durability.SYNCED;
      change("create", temporary, () -> disk.create(temporary));
    }

    @Override
    public OutputStream out() {
      return this;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      schedule.within(() -> disk.append(temporary, bytes, from, length));
    }

    @Override
    public void commit() throws IOException {
      if (isSynced) {
        change("sync", temporary, () -> disk.sync(temporary));
      }
      rename(temporary, path);
      if (isSynced) {
        change("sync the folder of", path, () -> disk.syncFolderOf(path));
      }
      committed = true;
    }

    @Override
    public void abandon() throws IOException {
      if (!committed) {
        delete(temporary);
      }
    }
  }

  @Override
  public boolean createIfAbsent(
      String path, String temporary, byte[] content, Durability durability) throws IOException {
    if (disk.isObjectStore()) {
      return disk.overwrites()
          ? isAbsent(path) && put(path, content)
          : schedule.step("put if absent " + path, true, () -> disk.putIfAbsent(path, content));
    }
    while (true) {
      try {
        return linkIfAbsent(path, temporary, content, durability);
      } catch (FileNotFoundException e) {
        // Somebody has cleared the folder of the temporary file: once more, as all storages do.
      }
    }
  }

  private boolean linkIfAbsent(String path, String temporary, byte[] content, Durability durability)
      throws IOException {
    change("create", temporary, () -> disk.create(temporary));
    schedule.within(() -> disk.append(temporary, content, 0, content.length));
    if (durability == Durability.SYNCED) {
      change("sync", temporary, () -> disk.sync(temporary));
    }
    boolean made =
        disk.overwrites()
            ? isAbsent(path) && rename(temporary, path)
            : schedule.step(
                "link to " + path + " from " + temporary, true, () -> disk.link(temporary, path));
    if (durability == Durability.SYNCED) {
      change("sync the folder of", path, () -> disk.syncFolderOf(path));
    }
    delete(temporary);
    return made;
  }

  @Override
  public void syncFolder(String path) throws IOException {
    change("sync the folder", path, () -> disk.syncFolderOf(path + "/"));
  }

  private boolean isAbsent(String path) throws IOException {
    return look(
        "look for", path, () -> disk.files(path).stream().noneMatch(f -> f.path().equals(path)));
  }

  private boolean rename(String from, String to) throws IOException {
    change("rename to " + to + " from", from, () -> disk.rename(from, to));
    return true;
  }

  private boolean put(String path, byte[] content) throws IOException {
    change("put", path, () -> disk.put(path, content));
    return true;
  }

  @Override
  public void delete(String path) throws IOException {
    change("delete", path, () -> disk.delete(path));
  }

  @Override
  public boolean move(String path, String to) throws IOException {
    if (!isAbsent(to)) {
      return false;
    }
    if (!disk.isObjectStore()) {
      return rename(path, to);
    }
    byte[] content = look("read", path, () -> disk.read(path));
    put(to, content);
    delete(path);
    return true;
  }
}
