package io.tailrace.storage;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A folder of any storage, in which files appear whole or not at all.
 *
 * @param path the folder, without a slash at its end
 */
public record Folder(String path) implements Serializable {

  private static final Pattern WILDCARDS = Pattern.compile(".*[*?\\[\\]{}].*");

  /**
   * The folder that a user names.
   *
   * @throws IllegalArgumentException with the remedy if it cannot be used
   */
  public static Folder of(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("no folder is named; use . for the one where you are");
    }
    String path =
        Storages.isLocal(name)
            ? localPath(name)
            : Storages.of(name).canonical(name).replaceAll("/+$", "");
    if (WILDCARDS.matcher(path).matches()) {
      throw new IllegalArgumentException(path + " has one of * ? [ ] { }; use another folder");
    }
    return new Folder(path);
  }

  private static String localPath(String name) {
    Path path = LocalPaths.absolute(name);
    return LocalPaths.name(path)
        .map(LocalPaths::requireExpressible)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    LocalPaths.describe(path) + " is not UTF-8; use another folder"));
  }

  /** Writes the bytes of a file, the same ones each time. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A folder in this one. */
  public Folder folder(String name) {
    return new Folder(path + "/" + name);
  }

  /** The path of a file in this folder. */
  public String file(String name) {
    return path + "/" + name;
  }

  /** Whether it is on this machine. */
  public boolean isLocal() {
    return Storages.isLocal(path);
  }

  private Storage storage() {
    return Storages.of(path);
  }

  private String temporary(String name, Folder workshop) {
    return workshop.file(name + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Begins to write a file that survives a power cut.
   *
   * @param workshop another folder, of the same storage, where it may be until it is complete
   */
  public NewFile create(String name, Folder workshop) throws IOException {
    return create(name, workshop, Durability.SYNCED);
  }

  /** The same for a file of the durability that is asked for. */
  public NewFile create(String name, Folder workshop, Durability durability) throws IOException {
    return storage().create(file(name), temporary(name, workshop), durability);
  }

  /**
   * Writes a small file that survives a power cut, and puts it in place of what had its name.
   *
   * @param workshop another folder, of the same storage, where it may be until it is complete
   */
  public void write(String name, Folder workshop, Content content) throws IOException {
    write(name, workshop, content, Durability.SYNCED);
  }

  /** The same for a file of the durability that is asked for. */
  public void write(String name, Folder workshop, Content content, Durability durability)
      throws IOException {
    storage().write(file(name), temporary(name, workshop), content, durability);
  }

  /**
   * Makes a file that survives a power cut, unless there is one of that name; of those who try at
   * the same time, one succeeds. It appears with all of its content or not at all.
   *
   * @param workshop another folder, of the same storage, where it may be until it is complete
   * @return whether this call has made it
   */
  public boolean writeIfAbsent(String name, Folder workshop, byte[] content) throws IOException {
    return writeIfAbsent(name, workshop, content, Durability.SYNCED);
  }

  /** The same for a file of the durability that is asked for. */
  public boolean writeIfAbsent(String name, Folder workshop, byte[] content, Durability durability)
      throws IOException {
    return storage().createIfAbsent(file(name), temporary(name, workshop), content, durability);
  }

  /**
   * Opens a small file.
   *
   * @throws FileNotFoundException if it is not there
   */
  public InputStream open(String name) throws IOException {
    return new ByteArrayInputStream(storage().read(file(name)));
  }

  /**
   * Copies a file to this machine, however large it is.
   *
   * @throws FileNotFoundException if it is not there
   */
  public void copy(String name, Path to) throws IOException {
    storage().copy(file(name), to);
  }

  /**
   * Looks whether its storage can be used.
   *
   * @throws UnusableStorageException if not
   */
  public void check() throws IOException {
    storage().check(file(""));
  }

  /** The names of the files whose names begin and end so, in their order. */
  public List<String> list(String prefix, String suffix) throws IOException {
    return storage().list(new Glob(path + "/" + prefix + "*" + suffix)).stream()
        .map(StoredFile::name)
        .sorted()
        .toList();
  }

  /** Whether a file is in it. */
  public boolean has(String name) throws IOException {
    try {
      storage().stat(file(name));
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Makes durable which files are in it. */
  public void sync() throws IOException {
    storage().syncFolder(path);
  }

  /** Deletes a file, if it is there. */
  public void delete(String name) throws IOException {
    storage().delete(file(name));
  }

  /** Deletes all files in this folder and in the folders in it. */
  public void clear() throws IOException {
    for (StoredFile file : storage().list(new Glob(path + "/**"))) {
      storage().delete(file.path());
    }
  }
}
