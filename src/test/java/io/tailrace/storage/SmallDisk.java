package io.tailrace.storage;

import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * A disk of one megabyte, for tests that fill it; they leave themselves out where none may be
 * mounted.
 */
public final class SmallDisk extends ExternalResource {

  private static final int CHUNK_BYTES = 4096;

  private final TemporaryFolder folder = new TemporaryFolder();
  private boolean mounted;

  @Override
  protected void before() throws Throwable {
    folder.create();
    String refusal;
    try {
      refusal = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", root().toString());
    } catch (IOException e) {
      refusal = e.getMessage();
    }
    mounted = refusal.isEmpty();
    if (!mounted) {
      folder.delete();
    }
    assumeTrue("no disk can be mounted here: " + refusal, mounted);
  }

  @Override
  protected void after() {
    if (mounted) {
      try {
        run("umount", root().toString());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      folder.delete();
    }
  }

  /** Gives what it says if it fails. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? "" : "exit code " + process.exitValue() + ", " + said;
  }

  public Path root() {
    return folder.getRoot().toPath();
  }

  /** Leaves no room for a byte, but for empty files. */
  public void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(new byte[CHUNK_BYTES]);
      }
    } catch (IOException e) {
      if (!FullDisk.is(e)) {
        throw e;
      }
    }
  }

  public void makeRoom() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return root().resolve("filler");
  }
}
