package io.tailrace.storage;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.nio.file.Files;
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

  /** Writes the bytes of a file. */
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

  /**
   * Begins to write a file.
   *
   * @param workshop another folder, of the same storage, where it may be until it is complete
   */
  public NewFile create(String name, Folder workshop) throws IOException {
    return storage().create(file(name), workshop.file(name + "." + UUID.randomUUID() + ".tmp"));
  }

  /**
   * Writes a file and puts it in place of what had its name.
   *
   * @param workshop another folder, of the same storage, where it may be until it is complete
   */
  public void write(String name, Folder workshop, Content content) throws IOException {
    NewFile file = create(name, workshop);
    try {
      OutputStream out = new BufferedOutputStream(file.out());
      content.writeTo(out);
      out.flush();
      file.commit();
    } catch (IOException e) {
      try {
        file.abandon();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /**
   * Makes a file unless there is one of that name; of those who try at the same time, one succeeds.
   *
   * @return whether this call has made it
   */
  public boolean writeIfAbsent(String name, byte[] content) throws IOException {
    return storage().createIfAbsent(file(name), content);
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
    try (OpenFile file = storage().open(file(name), 0, Storage.SMALL_FILE_BYTES)) {
      Files.copy(Channels.newInputStream(file.channel()), to);
    }
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
