package io.tailrace.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What the figures were taken on, without a name that tells which machine it is. */
final class Machine {

  private static final long BYTES_PER_GIB = 1L << 30;

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

  /** The versions of Tailrace and of what is in its jar. */
  static String versions(Path jar) throws IOException {
    return "Tailrace "
        + property(jar, "META-INF/MANIFEST.MF", "Implementation-Version")
        + " on Apache Beam "
        + property(jar, "org/apache/beam/sdk/sdk.properties", "version");
  }

  /** The version of Spark on this class path. */
  static String sparkVersion() throws IOException {
    try (InputStream in = Machine.class.getResourceAsStream("/spark-version-info.properties")) {
      return load(in).getProperty("version");
    }
  }

  private static String property(Path jar, String file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(file);
      if (entry == null) {
        return "of unknown version";
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return load(in).getProperty(name, "of unknown version");
      }
    }
  }

  private static Properties load(InputStream in) throws IOException {
    Properties properties = new Properties();
    properties.load(in);
    return properties;
  }
}
