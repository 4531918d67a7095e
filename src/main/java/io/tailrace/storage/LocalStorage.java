package io.tailrace.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
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

  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    MatchResult result = FileSystems.match(glob.text(), EmptyMatchTreatment.ALLOW);
    return result.status() == MatchResult.Status.NOT_FOUND
        ? List.of()
        : result.metadata().stream().map(LocalStorage::file).toList();
  }

  private static StoredFile file(MatchResult.Metadata metadata) {
    return new StoredFile(
        metadata.resourceId().toString(), metadata.sizeBytes(), metadata.lastModifiedMillis());
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    return file(FileSystems.matchSingleFileSpec(path));
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    ReadableByteChannel channel = FileSystems.open(resource(path));
    try {
      StoredFile file = stat(path);
      if (from > 0) {
        ((SeekableByteChannel) channel).position(from);
      }
      return new OpenFile(channel, file, false);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
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
