package io.tailrace.ledger;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.channels.Channels;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/**
 * A folder on any of Beam's file systems in which files appear whole or not at all.
 *
 * @param path the folder, without a slash at its end
 */
public record Folder(String path) implements Serializable {

  /** Writes the bytes of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A folder in this one. */
  public Folder folder(String name) {
    return new Folder(path + "/" + name);
  }

  /** A file in this folder. */
  public ResourceId file(String name) {
    return FileSystems.matchNewResource(path + "/" + name, false);
  }

  /**
   * Writes a file in another folder and then puts it in place of what had its name.
   *
   * @param workshop the other folder, on the same file system
   */
  public void write(String name, Folder workshop, Content content) throws IOException {
    ResourceId temporary = workshop.file(name + "." + UUID.randomUUID());
    try {
      try (OutputStream out =
          new BufferedOutputStream(
              Channels.newOutputStream(FileSystems.create(temporary, MimeTypes.BINARY)))) {
        content.writeTo(out);
      }
      FileSystems.rename(List.of(temporary), List.of(file(name)));
    } catch (IOException e) {
      deleteQuietly(temporary, e);
      throw e;
    }
  }

  private static void deleteQuietly(ResourceId file, IOException because) {
    try {
      FileSystems.delete(List.of(file));
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException if it is not there
   */
  public InputStream open(String name) throws IOException {
    return Channels.newInputStream(FileSystems.open(file(name)));
  }

  /** Whether a file is there. */
  public boolean has(String name) throws IOException {
    return FileSystems.match(path + "/" + name, EmptyMatchTreatment.ALLOW).metadata().stream()
        .findAny()
        .isPresent();
  }

  /** The names of the files whose names begin and end so, in their order. */
  public List<String> list(String prefix, String suffix) throws IOException {
    return match(prefix + "*" + suffix).stream()
        .map(metadata -> metadata.resourceId().getFilename())
        .sorted()
        .toList();
  }

  /** Deletes a file, if it is there. */
  public void delete(String name) throws IOException {
    FileSystems.delete(List.of(file(name)));
  }

  /** Deletes all files in this folder and in the folders in it. */
  public void clear() throws IOException {
    for (MatchResult.Metadata metadata : match("**")) {
      FileSystems.delete(List.of(metadata.resourceId()));
    }
  }

  private List<MatchResult.Metadata> match(String glob) throws IOException {
    MatchResult result = FileSystems.match(path + "/" + glob, EmptyMatchTreatment.ALLOW);
    return result.status() == MatchResult.Status.NOT_FOUND ? List.of() : result.metadata();
  }
}
