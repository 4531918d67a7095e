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
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/** The folders of this machine. */
final class LocalStorage implements Storage {

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
    return Files.isDirectory(Path.of(path));
  }

  /** Looks into no folder in which nothing can match. Links are followed. */
  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    Path folder = Path.of(glob.folder());
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
            String name = path.toString();
            if (attributes.isRegularFile() && pattern.matcher(name).matches()) {
              found.add(file(name, attributes));
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

  private static StoredFile file(String path, BasicFileAttributes attributes) {
    return new StoredFile(path, attributes.size(), attributes.lastModifiedTime().toMillis());
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    try {
      return file(path, Files.readAttributes(Path.of(path), BasicFileAttributes.class));
    } catch (FileSystemException e) {
      throw whereNothingIs(e);
    }
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    try {
      FileChannel channel = FileChannel.open(Path.of(path), StandardOpenOption.READ);
      try {
        return new OpenFile(channel.position(from), stat(path), false);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (FileSystemException e) {
      throw whereNothingIs(e);
    }
  }

  @Override
  public byte[] read(String path) throws IOException {
    try {
      return Files.readAllBytes(Path.of(path));
    } catch (FileSystemException e) {
      throw whereNothingIs(e);
    }
  }

  /**
   * What to throw for a failure, which may be that the file, or a folder that it is in, is none.
   */
  private static IOException whereNothingIs(FileSystemException failure) {
    Path path = Path.of(failure.getFile());
    if (failure instanceof NoSuchFileException || !Files.isDirectory(path.getParent())) {
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
