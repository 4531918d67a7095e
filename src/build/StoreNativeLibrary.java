import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A step of the build: stores the native library of DuckDB for this platform uncompressed in the
 * jar. The driver copies it out of the jar in each process, and to inflate it takes a third of a
 * second.
 *
 * <p>It is run as a source file: {@code java StoreNativeLibrary.java JAR}.
 */
final class StoreNativeLibrary {

  private StoreNativeLibrary() {}

  public static void main(String[] arguments) throws IOException {
    // Other entries are copied as they are.
    try (FileSystem jar =
        FileSystems.newFileSystem(
            Path.of(arguments[0]), Map.of("compressionMethod", "STORED"))) {
      Path root = jar.getPath("/");
      List<Path> libraries;
      try (Stream<Path> files = Files.list(root)) {
        libraries = files.filter(StoreNativeLibrary::isOfThisPlatform).toList();
      }
      for (Path library : libraries) {
        byte[] bytes = Files.readAllBytes(library);
        FileTime modified = Files.getLastModifiedTime(library);
        Files.delete(library);
        Files.write(library, bytes);
        Files.setLastModifiedTime(library, modified);
      }
    }
  }

  /** As the driver names it: libduckdb_java.so_linux_amd64. */
  private static boolean isOfThisPlatform(Path file) {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String name = file.getFileName().toString();
    return name.startsWith("libduckdb_java.so_" + system.substring(0, 3))
        && (name.endsWith(architecture)
            || name.endsWith("amd64") && architecture.equals("x86_64")
            || name.endsWith("arm64") && architecture.equals("aarch64"));
  }
}
