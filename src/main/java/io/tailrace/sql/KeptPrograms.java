package io.tailrace.sql;

import io.tailrace.sql.BuiltPrograms.Built;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of bound and compiled programs in {@code ~/.tailrace/programs}: the next run of the same
 * text starts most of a second sooner. It has the {@value #MOST} that were used last.
 *
 * <p>A program is found by the SHA-256 of its text, of the declaration that was inferred for it,
 * and of the jar that made it. A file that is damaged counts as missing, and a folder that cannot
 * be used as an empty one. Safe for use by several processes.
 */
final class KeptPrograms {

  private static final Logger LOG = LoggerFactory.getLogger(KeptPrograms.class);

  static final int MOST = 64;

  private static final int CHECKSUM_LENGTH = 64;

  private final Path folder;
  private final String version;

  /**
   * A cache.
   *
   * @param folder where it is; made when something is kept
   * @param version of the classes that make and use its programs
   */
  KeptPrograms(Path folder, String version) {
    this.folder = folder;
    this.version = version;
  }

  /**
   * The cache of the user, if these classes are in a jar: others change while they are worked on.
   */
  static Optional<KeptPrograms> ofUser() {
    CodeSource source = KeptPrograms.class.getProtectionDomain().getCodeSource();
    try {
      Path jar = Path.of(source.getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        return Optional.empty();
      }
      return Optional.of(
          new KeptPrograms(
              Path.of(System.getProperty("user.home"), ".tailrace", "programs"),
              String.format(
                  "%s %d %d %s",
                  jar,
                  Files.size(jar),
                  Files.getLastModifiedTime(jar).toMillis(),
                  Runtime.version())));
    } catch (IOException
        | URISyntaxException
        | IllegalArgumentException
        | FileSystemNotFoundException e) {
      // Flink in application mode names the jar by a URL that is relative, which is no path.
      LOG.debug("Programs are not kept", e);
      return Optional.empty();
    }
  }

  /** The program of a text that was kept. */
  Optional<Built> find(String text, Optional<String> inferred) {
    Path file = file(text, inferred);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      byte[] sealed = Files.readAllBytes(file);
      int length = Math.min(CHECKSUM_LENGTH, sealed.length);
      byte[] content = Arrays.copyOfRange(sealed, length, sealed.length);
      if (!Arrays.equals(Arrays.copyOf(sealed, length), checksum(content))) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return Optional.of(BuiltPrograms.read(new ByteArrayInputStream(content)));
    } catch (IOException e) {
      LOG.debug("A kept program cannot be read", e);
      return Optional.empty();
    }
  }

  /** Keeps a program. */
  void keep(Optional<String> inferred, Built built) {
    try {
      Files.createDirectories(folder);
      byte[] content = BuiltPrograms.toBytes(built);
      Path unfinished = Files.createTempFile(folder, "unfinished-", "");
      try {
        byte[] checksum = checksum(content);
        byte[] sealed = Arrays.copyOf(checksum, checksum.length + content.length);
        System.arraycopy(content, 0, sealed, checksum.length, content.length);
        Files.write(unfinished, sealed);
        Files.move(
            unfinished, file(built.program().text(), inferred), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      forgetTheOldest();
    } catch (IOException e) {
      LOG.debug("A program cannot be kept", e);
    }
  }

  private void forgetTheOldest() throws IOException {
    record Used(Path file, FileTime at) {}
    List<Used> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.map(
                  file -> {
                    try {
                      return new Used(file, Files.getLastModifiedTime(file));
                    } catch (IOException e) {
                      // Another process has deleted it.
                      return new Used(file, FileTime.fromMillis(0));
                    }
                  })
              .sorted(Comparator.comparing(Used::at).reversed())
              .toList();
    }
    for (Used old : files.subList(Math.min(MOST, files.size()), files.size())) {
      Files.deleteIfExists(old.file());
    }
  }

  private Path file(String text, Optional<String> inferred) {
    return folder.resolve(BuiltPrograms.hash(version + '\0' + inferred.orElse("") + '\0' + text));
  }

  private static byte[] checksum(byte[] content) {
    return BuiltPrograms.hash(content).getBytes(StandardCharsets.US_ASCII);
  }
}
