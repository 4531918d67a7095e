package io.tailrace.demo;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code s3 FOLDER}: serves a folder by S3's protocol, to try pipelines without an account. */
@Command(
    name = "s3",
    mixinStandardHelpOptions = true,
    description = "Serve a folder by S3's protocol on the loopback address, each folder a bucket")
public final class S3Command implements Callable<Integer> {

  @Parameters(paramLabel = "FOLDER", description = "the folder of buckets; made if it is not there")
  private Path folder;

  @Option(names = "--port", description = "the port, or 0 for any (default: ${DEFAULT-VALUE})")
  private int port;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("s3: " + folder + " is no folder");
    }
    Path buckets = Files.createDirectories(folder).toRealPath();
    try (S3Server server = S3Server.start(buckets, port)) {
      System.out.printf(
          "%s serves %s, each folder in it a bucket, until Ctrl-C.%nReach it with%n  %s%n",
          server.endpoint(), buckets, String.join(" ", server.options()));
      server.await();
    }
    return 0;
  }
}
