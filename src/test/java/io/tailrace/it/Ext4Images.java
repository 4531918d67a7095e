package io.tailrace.it;

import static org.junit.Assume.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * File systems in files, mounted on loop devices. A copy of such a file is what a power cut leaves
 * of the file system: what the kernel has not written back is lost. The test is skipped where
 * mounts are not allowed; all mounts end with it.
 */
final class Ext4Images extends ExternalResource {

  private static final long IMAGE_BYTES = 64 << 20;
  private static final long TIMEOUT_SECONDS = 30;

  /** The journal is committed each second: many cuts come between a commit and the data. */
  private static final String MOUNT_OPTIONS = "loop,commit=1";

  private final TemporaryFolder folder = new TemporaryFolder();
  private final Deque<Path> mounted = new ArrayDeque<>();

  /** A file system. */
  record Image(Path file) {}

  @Override
  protected void before() throws IOException, InterruptedException {
    folder.create();
    boolean works = false;
    String reason = "";
    try {
      unmount(mount(create("probe"), "probe-mount"));
      works = true;
    } catch (IOException e) {
      reason = e.getMessage();
    } finally {
      if (!works) {
        folder.delete();
      }
    }
    assumeTrue("ext4 on a loop device cannot be used here: " + reason, works);
  }

  @Override
  protected void after() {
    List<String> failures = new ArrayList<>();
    boolean interrupted = Thread.interrupted();
    while (!mounted.isEmpty()) {
      try {
        run("umount", "--lazy", mounted.pop().toString());
      } catch (IOException e) {
        // The others are unmounted all the same.
        failures.add(e.getMessage());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.toString());
    }
    folder.delete();
  }

  /** Makes an empty file system. */
  Image create(String name) throws IOException, InterruptedException {
    Path file = root().resolve(name + ".img");
    run("truncate", "--size=" + IMAGE_BYTES, file.toString());
    run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", file.toString());
    return new Image(file);
  }

  /**
   * Mounts a file system; its journal is replayed.
   *
   * @return the mount point
   */
  Path mount(Image image, String name) throws IOException, InterruptedException {
    Path point = Files.createDirectory(root().resolve(name));
    run("mount", "-o", MOUNT_OPTIONS, image.file().toString(), point.toString());
    mounted.push(point);
    return point;
  }

  /** Unmounts a file system, lazily in case a file is still open. */
  void unmount(Path point) throws IOException, InterruptedException {
    run("umount", "--lazy", point.toString());
    mounted.remove(point);
    Files.delete(point);
  }

  /** Copies a mounted file system, as it is on its device at one moment. */
  Image cut(Image image, String name) throws IOException, InterruptedException {
    Path copy = root().resolve(name + ".img");
    FileTime before;
    do {
      // The kernel may write back while the file is copied: that would be of several moments.
      before = Files.getLastModifiedTime(image.file());
      run("cp", "--sparse=always", image.file().toString(), copy.toString());
    } while (!Files.getLastModifiedTime(image.file()).equals(before));
    return new Image(copy);
  }

  private Path root() throws IOException {
    return folder.getRoot().toPath().toRealPath();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(List.of(command) + ": " + said.strip());
    }
  }
}
