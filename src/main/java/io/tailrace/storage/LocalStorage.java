package io.tailrace.storage;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders of this machine. */
final class LocalStorage implements Storage {

  private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);

  private final boolean syncing;
  private final FolderSyncs syncs = new FolderSyncs(LocalStorage::syncNow);

  /** Folders whose own names, and those of the folders that they are in, are on disk. */
  private final Set<Path> namesOnDisk = ConcurrentHashMap.newKeySet();

  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

  /**
   * @param syncing whether files are synced at all
   */
  LocalStorage(boolean syncing) {
    this.syncing = syncing;
  }

  @Override
  public void check(String path) {
    // What is wrong with a folder is told by whoever uses it.
  }

  @Override
  public boolean hasFolders() {
    return true;
  }

  @Override
  public boolean hasFolder(String path) {
    return Files.isDirectory(LocalPaths.path(path));
  }

  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    return new LocalTree(glob, this::warnOfName).all();
  }

  @Override
  public Relisting relisting(Glob glob) {
    return glob.isFile() ? Storage.super.relisting(glob) : new LocalTree(glob, this::warnOfName);
  }

  private void warnOfName(Path path) {
    String name = LocalPaths.describe(path);
    if (warnedOf.add(name)) {
      LOG.warn("{} is not read: its name is not UTF-8; rename it", name);
    }
  }

  static StoredFile file(String path, BasicFileAttributes attributes) {
    return new StoredFile(
        path,
        attributes.size(),
        attributes.lastModifiedTime().toMillis(),
        attributes.fileKey(),
        LastingKey.of(attributes));
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    try {
      return file(path, Files.readAttributes(LocalPaths.path(path), BasicFileAttributes.class));
    } catch (FileSystemException e) {
      throw whereNothingIs(path, e);
    }
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    try {
      FileChannel channel = FileChannel.open(LocalPaths.path(path), StandardOpenOption.READ);
      try {
        return new OpenFile(channel.position(from), stat(path), false);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (FileSystemException e) {
      throw whereNothingIs(path, e);
    }
  }

  @Override
  public byte[] read(String path) throws IOException {
    try {
      return Files.readAllBytes(LocalPaths.path(path));
    } catch (FileSystemException e) {
      throw whereNothingIs(path, e);
    }
  }

  /**
   * What to throw for a failure, which may be that the file, or a folder that it is in, is none.
   */
  private static IOException whereNothingIs(String path, FileSystemException failure) {
    if (failure instanceof NoSuchFileException
        || !Files.isDirectory(LocalPaths.absolute(path).getParent())) {
      FileNotFoundException notFound = new FileNotFoundException(path + " is not there");
      notFound.initCause(failure);
      return notFound;
    }
    return failure;
  }

  /** Whether it syncs files at all. */
  boolean syncs() {
    return syncing;
  }

  private boolean isSynced(Durability durability) {
    return syncing && durability == Durability.SYNCED;
  }

  @Override
  public NewFile create(String path, String temporary, Durability durability) throws IOException {
    Path file = LocalPaths.absolute(path);
    Path unfinished = LocalPaths.absolute(temporary);
    boolean synced = isSynced(durability);
    makeFolder(unfinished.getParent());
    FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new RenamedFile(
        new BufferedOutputStream(Channels.newOutputStream(channel)),
        () -> {
          if (synced) {
            channel.force(true);
          }
        },
        () -> {
          makeFolder(file.getParent());
          Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
          if (synced) {
            sync(file.getParent());
          }
        },
        () -> Files.deleteIfExists(unfinished));
  }

  @Override
  public void write(String path, String temporary, Folder.Content content, Durability durability)
      throws IOException {
    FullDisk.waitForRoom(
        LocalPaths.path(path),
        () -> {
          Storage.super.write(path, temporary, content, durability);
          return null;
        });
  }

  @Override
  public boolean createIfAbsent(
      String path, String temporary, byte[] content, Durability durability) throws IOException {
    Path file = LocalPaths.absolute(path);
    Path unfinished = LocalPaths.absolute(temporary);
    boolean synced = isSynced(durability);
    boolean made =
        FullDisk.waitForRoom(file, () -> createIfAbsent(file, unfinished, content, synced));
    if (synced) {
      // Who finds a file may rely on it, even if its writer was killed before it came here.
      // Not tried together with the rest, which would then find the file of its first attempt.
      FullDisk.waitForRoom(
          file,
          () -> {
            sync(file.getParent());
            return null;
          });
    }
    return made;
  }

  private boolean createIfAbsent(Path file, Path unfinished, byte[] content, boolean synced)
      throws IOException {
    while (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      makeFolder(file.getParent());
      makeFolder(unfinished.getParent());
      try {
        writeTo(unfinished, StandardOpenOption.CREATE, content, synced);
        return link(file, unfinished, content, synced);
      } catch (NoSuchFileException e) {
        // Somebody has cleared one of the folders meanwhile.
      } finally {
        Files.deleteIfExists(unfinished);
      }
    }
    return false;
  }

  private static void writeTo(Path file, StandardOpenOption create, byte[] content, boolean synced)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, create, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (synced) {
        channel.force(true);
      }
    }
  }

  private static boolean link(Path file, Path unfinished, byte[] content, boolean synced)
      throws IOException {
    try {
      Files.createLink(file, unfinished);
      return true;
    } catch (FileAlreadyExistsException e) {
      // A network file system may have lost the answer to the request that has made it.
      return Files.isSameFile(file, unfinished);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (FullDisk.is(e)) {
        throw e;
      }
      return writeUnlessThere(file, content, synced);
    }
  }

  /** For file systems without hard links. Others may see the file before it is complete. */
  private static boolean writeUnlessThere(Path file, byte[] content, boolean synced)
      throws IOException {
    try {
      writeTo(file, StandardOpenOption.CREATE_NEW, content, synced);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      // It is this call's: whoever finds it there does not write to it.
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** {@link Files#createDirectories} refuses a link to a folder before Java 19. */
  private void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    makeFolder(folder.getParent());
    namesOnDisk.remove(folder);
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      // Somebody else has made it.
    }
  }

  /**
   * Puts the names in a folder on disk, and once also its own name and those of the folders that it
   * is in: it may be new.
   */
  private void sync(Path folder) throws IOException {
    syncs.sync(folder);
    List<Path> named = new ArrayList<>();
    Path inner = folder;
    while (!namesOnDisk.contains(inner) && !isGiven(inner)) {
      named.add(inner);
      inner = inner.getParent();
      syncs.sync(inner);
    }
    namesOnDisk.addAll(named);
  }

  /**
   * Whether a folder is the root of its file system, which nobody makes while files are written.
   */
  private static boolean isGiven(Path folder) throws IOException {
    Path parent = folder.getParent();
    return parent == null
        || !Files.isReadable(parent)
        || !Files.getAttribute(folder, "unix:dev").equals(Files.getAttribute(parent, "unix:dev"));
  }

  private static void syncNow(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void syncFolder(String path) throws IOException {
    if (syncing && hasFolder(path)) {
      sync(LocalPaths.path(path));
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Files.deleteIfExists(LocalPaths.path(path));
  }

  /** A symbolic link is moved itself. */
  @Override
  public boolean move(String path, String to) throws IOException {
    Path file = LocalPaths.absolute(path);
    Path target = LocalPaths.absolute(to);
    try {
      makeFolder(target.getParent());
      if (realName(file).equals(realName(target))) {
        throw new IOException(to + " is " + path + " itself");
      }
      if (!linkTo(file, target)) {
        return false;
      }
      if (syncing) {
        // The new name is on disk before the old one goes.
        sync(target.getParent());
      }
      Files.deleteIfExists(file);
      return true;
    } catch (FileSystemException e) {
      throw Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? e : whereNothingIs(path, e);
    }
  }

  /** A name in the folder to which links lead, but that of a link if it is one. */
  private static Path realName(Path file) throws IOException {
    return file.getParent().toRealPath().resolve(file.getFileName());
  }

  /** A symbolic link has no content that stays when the file that it leads to goes. */
  @Override
  public boolean haveSameContent(String path, String other) throws IOException {
    return !Files.isSymbolicLink(LocalPaths.path(other))
        && Storage.super.haveSameContent(path, other);
  }

  /**
   * Gives a file, or a copy of it, a name that no other has; where there are no links the old name
   * may be gone then.
   */
  private boolean linkTo(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
      return true;
    } catch (FileAlreadyExistsException e) {
      // A move that was cut short has left both names.
      return !Files.isSymbolicLink(target) && Files.isSameFile(target, file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Links may be forbidden, or the target may be on another file system.
      return renameTo(file, target);
    }
  }

  private boolean renameTo(Path file, Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try {
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      return copyTo(file, target);
    }
  }

  private boolean copyTo(Path file, Path target) throws IOException {
    // The next attempt, after a crash, has the same name for it.
    byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
    Path unfinished = target.resolveSibling(".move-" + UUID.nameUUIDFromBytes(name) + ".tmp");
    try {
      Files.copy(
          file,
          unfinished,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES,
          LinkOption.NOFOLLOW_LINKS);
      if (syncing && !Files.isSymbolicLink(unfinished)) {
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
