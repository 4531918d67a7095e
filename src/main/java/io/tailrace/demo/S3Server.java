package io.tailrace.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A server that speaks S3's protocol on the loopback address, in a process of its own: S3Proxy over
 * a folder, in which each bucket is a folder. Ends with this process, however that ends.
 */
public final class S3Server implements AutoCloseable {

  private static final Duration TIME_TO_START = Duration.ofSeconds(60);
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(5);
  private static final int SECRET_BYTES = 12;

  private final URI endpoint;
  private final String secretKey;
  private final Path folder;
  private final ServerProcess process;

  private S3Server(URI endpoint, String secretKey, Path folder, ServerProcess process) {
    this.endpoint = endpoint;
    this.secretKey = secretKey;
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param folder the folder of buckets
   * @param port the port to listen on, or 0 for any
   */
  public static S3Server start(Path folder, int port) throws IOException, InterruptedException {
    String classPath = ServerJars.classPath("s3-server");
    URI endpoint = URI.create("http://127.0.0.1:" + (port == 0 ? ServerProcess.freePort() : port));
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    String secretKey = HexFormat.of().formatHex(random);
    Path settings = Files.createTempFile("s3-server-", ".properties");
    try (var out = Files.newOutputStream(settings)) {
      settings(folder, endpoint, secretKey).store(out, null);
    }
    ServerProcess process =
        ServerProcess.start(
            "s3-server",
            List.of("-cp", classPath, "org.gaul.s3proxy.Main", "--properties", settings.toString()),
            ProcessBuilder.Redirect.DISCARD,
            TIME_TO_STOP);
    S3Server server = new S3Server(endpoint, secretKey, folder, process);
    try {
      server.awaitAnswer();
      return server;
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    } finally {
      // It has read them; a process that is killed would leave them, and the key in them, behind.
      Files.deleteIfExists(settings);
    }
  }

  /** See https://github.com/gaul/s3proxy (README and its wiki). */
  private static Properties settings(Path folder, URI endpoint, String secretKey) {
    Properties settings = new Properties();
    settings.setProperty("s3proxy.endpoint", endpoint.toString());
    settings.setProperty("s3proxy.authorization", "aws-v4");
    settings.setProperty("s3proxy.identity", "tailrace");
    settings.setProperty("s3proxy.credential", secretKey);
    settings.setProperty("jclouds.provider", "filesystem-nio2");
    settings.setProperty("jclouds.filesystem.basedir", folder.toString());
    settings.setProperty("jclouds.identity", "unused");
    settings.setProperty("jclouds.credential", "unused");
    return settings;
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(endpoint).build();
    long began = System.nanoTime();
    while (true) {
      try {
        client.send(request, HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - began > TIME_TO_START.toNanos()) {
          throw new IOException("The S3 server does not start at " + endpoint, e);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** Makes a bucket, unless it is there. */
  public void makeBucket(String name) throws IOException {
    Files.createDirectories(folder.resolve(name));
  }

  /** Where it listens. */
  public URI endpoint() {
    return endpoint;
  }

  /** The options by which it is reached. */
  public List<String> options() {
    return List.of(
        "--s3Endpoint=" + endpoint,
        "--s3PathStyle=true",
        "--s3AccessKey=tailrace",
        "--s3SecretKey=" + secretKey);
  }

  /** Waits until the server has ended. */
  void await() throws InterruptedException {
    process.await();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
