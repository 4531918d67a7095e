package io.tailrace.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders of this machine. */
final class LocalStorage implements Storage {

  private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);

  private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

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

  /** Looks into no folder in which nothing can match. Links are followed. */
  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    Path folder = LocalPaths.path(glob.folder());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Pattern pattern = glob.pattern();
    List<StoredFile> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        Set.of(FileVisitOption.FOLLOW_LINKS),
        glob.depth(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            Optional<String> name = LocalPaths.name(path);
            boolean matches = pattern.matcher(name.orElseGet(path::toString)).matches();
            if (attributes.isRegularFile() && matches) {
              name.ifPresentOrElse(
                  known -> found.add(file(known, attributes)), () -> warnOfName(path));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure)
              throws IOException {
            if (path.equals(folder)) {
              throw failure;
            }
            // Gone meanwhile, a link that leads round in a circle, or a folder of somebody else.
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, IOException failure)
              throws IOException {
            return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(path, failure);
          }
        });
    return found;
  }

  private void warnOfName(Path path) {
    String name = LocalPaths.describe(path);
    if (warnedOf.add(name)) {
      LOG.warn("{} is not read: its name is not UTF-8; rename it", name);
    }
  }

  private static StoredFile file(String path, BasicFileAttributes attributes) {
    return new StoredFile(path, attributes.size(), attributes.lastModifiedTime().toMillis());
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

  private static ResourceId resource(String path) {
    return FileSystems.matchNewResource(path, false);
  }

  @Override
  public NewFile create(String path, String temporary) throws IOException {
    OutputStream out =
        Channels.newOutputStream(FileSystems.create(resource(temporary), MimeTypes.BINARY));
    return new RenamedFile(
        out,
        () -> FileSystems.rename(List.of(resource(temporary)), List.of(resource(path))),
        () -> delete(temporary));
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    Path file = Path.of(path);
    Files.createDirectories(file.getParent());
    try {
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void delete(String path) throws IOException {
    FileSystems.delete(List.of(resource(path)));
  }
}
