package io.tailrace.demo;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.apache.commons.io.FileUtils;

/**
 * Jars of a server that the demonstrations start in a process of its own, because its libraries and
 * those of the pipelines do not go together. Maven fetches them once, into {@code
 * ~/.tailrace/servers}.
 */
final class ServerJars {

  private ServerJars() {}

  /**
   * The class path of a server.
   *
   * @param name of the POM beside this class, without its suffix, whose dependencies they are
   * @throws UsageException if there is no Maven, or it cannot fetch them
   */
  static String classPath(String name) throws IOException {
    byte[] pom = pom(name);
    CRC32 checksum = new CRC32();
    checksum.update(pom);
    String version = HexFormat.of().toHexDigits((int) checksum.getValue());
    Path jars = Path.of(System.getProperty("user.home"), ".tailrace", "servers", name, version);
    if (!Files.isDirectory(jars)) {
      System.err.printf("Fetching the jars of %s, this once ...%n", name);
      Path folder = Files.createDirectories(jars.getParent());
      Path unfinished = Files.createTempDirectory(folder, "unfinished-");
      try {
        Files.write(unfinished.resolve("pom.xml"), pom);
        fetch(unfinished);
        Files.move(unfinished.resolve("jars"), jars);
      } catch (FileSystemException e) {
        // Another process may have been faster.
        if (!Files.isDirectory(jars)) {
          throw e;
        }
      } finally {
        FileUtils.deleteDirectory(unfinished.toFile());
      }
    }
    return jars + "/*";
  }

  private static byte[] pom(String name) throws IOException {
    try (InputStream in = ServerJars.class.getResourceAsStream(name + ".xml")) {
      return in.readAllBytes();
    }
  }

  private static void fetch(Path folder) throws IOException {
    try {
      Process maven =
          new ProcessBuilder(
                  "mvn",
                  "-q",
                  "-B",
                  "-Dstyle.color=never",
                  "dependency:copy-dependencies",
                  "-DoutputDirectory=jars")
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      maven.getOutputStream().close();
      if (maven.waitFor() != 0) {
        throw new UsageException("Maven cannot fetch the server; see what it said above");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    } catch (IOException e) {
      throw new UsageException("mvn is not on the PATH: Maven fetches the server, this once", e);
    }
  }
}
