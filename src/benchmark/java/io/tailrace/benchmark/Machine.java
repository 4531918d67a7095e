package io.tailrace.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Properties;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What the figures were taken on, without a name that tells which machine it is. */
final class Machine {

  private static final long BYTES_PER_GIB = 1L << 30;
  private static final String UNKNOWN = "of unknown version";
  private static final String SPARK_VERSION = "/spark-version-info.properties";

  private Machine() {}

  static String describe() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getAvailableProcessors()
        + " cores, "
        + Math.round((double) system.getTotalMemorySize() / BYTES_PER_GIB)
        + " GiB of memory, "
        + system.getName()
        + " "
        + system.getArch()
        + ", JDK "
        + Runtime.version().feature()
        + " ("
        + System.getProperty("java.vm.name")
        + " "
        + System.getProperty("java.version")
        + ")";
  }

  /** The versions of all that is measured. */
  static String versions(Settings settings) throws IOException {
    Set<String> versions = new LinkedHashSet<>();
    for (Runner runner : settings.runners()) {
      Path jar = runner.jar(settings.jars());
      versions.add(
          "Tailrace "
              + property(jar, "META-INF/MANIFEST.MF", "Implementation-Version")
              + " on Apache Beam "
              + property(jar, "org/apache/beam/sdk/sdk.properties", "version"));
      switch (runner) {
        case DIRECT -> {}
        case FLINK ->
            versions.add(
                "Apache Flink "
                    + property(jar, ".flink-runtime.version.properties", "project.version"));
        case SPARK ->
            versions.add("Apache Spark " + property(jar, SPARK_VERSION.substring(1), "version"));
      }
    }
    for (String peer : settings.peers()) {
      switch (peer) {
        case "flink" -> versions.add("Apache Flink " + flinkVersion(settings.flinkJars()));
        case "duckdb" -> versions.add("DuckDB " + duckDbVersion());
        default -> {
          try (InputStream in = Machine.class.getResourceAsStream(SPARK_VERSION)) {
            versions.add("Apache Spark " + load(in).getProperty("version"));
          }
        }
      }
    }
    return String.join(", ", versions);
  }

  private static String flinkVersion(Path jars) throws IOException {
    try (DirectoryStream<Path> runtime = Files.newDirectoryStream(jars, "flink-runtime-*.jar")) {
      for (Path jar : runtime) {
        return property(jar, ".flink-runtime.version.properties", "project.version");
      }
    }
    return UNKNOWN;
  }

  private static String duckDbVersion() throws IOException {
    try (Connection duckDb = DuckDbServerLogs.connect()) {
      return duckDb.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static String property(Path jar, String file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(file);
      if (entry == null) {
        return UNKNOWN;
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return load(in).getProperty(name, UNKNOWN);
      }
    }
  }

  private static Properties load(InputStream in) throws IOException {
    Properties properties = new Properties();
    properties.load(in);
    return properties;
  }
}
