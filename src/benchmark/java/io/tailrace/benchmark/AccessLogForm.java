package io.tailrace.benchmark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** How lines of an access log are written: the generated ones are in the combined format. */
enum AccessLogForm {
  COMBINED(
      "LogFormat of `combined`", "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"") {
    @Override
    String line(String combined, SplittableRandom random) {
      return combined;
    }
  },
  VIRTUAL_HOSTS(
      "Apache, virtual hosts",
      "%v:%p %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D"
          + " %{X-Forwarded-For}i %I %O") {
    @Override
    String line(String combined, SplittableRandom random) {
      return "www.example.org:443 %s %d %s %d %d"
          .formatted(
              combined,
              random.nextInt(100, 900_000),
              client(random),
              random.nextInt(200, 900),
              random.nextInt(200, 90_000));
    }
  },
  NGINX(
      "NGINX, with upstream servers",
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
          + " \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\" rt=$request_time"
          + " uct=\"$upstream_response_time\" us=$upstream_status") {
    @Override
    String line(String combined, SplittableRandom random) {
      return "%s \"%s\" rt=0.%03d uct=\"0.%03d\" us=%s"
          .formatted(
              combined,
              client(random),
              random.nextInt(1_000),
              random.nextInt(1_000),
              random.nextInt(10) == 0 ? "502, 200" : "200");
    }
  };

  private static final long SEED = 42;

  private final String title;
  private final String format;

  AccessLogForm(String title, String format) {
    this.title = title;
    this.format = format;
  }

  /** What it is called in a table. */
  String title() {
    return title;
  }

  /** Its LogFormat or log_format. */
  String format() {
    return format;
  }

  /** A line of the combined format in this form, with whatever it does not have. */
  abstract String line(String combined, SplittableRandom random);

  /** The client that a proxy tells of, or none. */
  private static String client(SplittableRandom random) {
    return random.nextBoolean() ? "-" : "203.0.113." + random.nextInt(256);
  }

  /** Writes the files of a folder, which are in the combined format, to another in this form. */
  void write(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    SplittableRandom random = new SplittableRandom(SEED);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        try (BufferedReader in = Files.newBufferedReader(file);
            BufferedWriter out = Files.newBufferedWriter(to.resolve(file.getFileName()))) {
          for (String line; (line = in.readLine()) != null; ) {
            out.write(line(line, random));
            out.write('\n');
          }
        }
      }
    }
  }
}
