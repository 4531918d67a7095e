package io.tailrace.it;

import io.tailrace.demo.S3Server;
import io.tailrace.storage.StorageOptions;
import io.tailrace.storage.Storages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A server that speaks S3's protocol, on this machine. The folders of this process are configured
 * to reach it, too.
 */
final class LocalS3 extends ExternalResource {

  private static final String ENDPOINT = "--s3Endpoint=";
  private static final String ACCESS_KEY = "--s3AccessKey=";
  private static final String SECRET_KEY = "--s3SecretKey=";

  private final TemporaryFolder folder = new TemporaryFolder();
  private S3Server server;
  private S3Client client;
  private int buckets;

  @Override
  protected void before() throws IOException, InterruptedException {
    folder.create();
    server = S3Server.start(folder.getRoot().toPath().toRealPath(), 0);
    client =
        S3Client.builder()
            .endpointOverride(server.endpoint())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(option(ACCESS_KEY), option(SECRET_KEY))))
            .build();
    PipelineOptionsFactory.register(StorageOptions.class);
    FileSystems.setDefaultPipelineOptions(
        Storages.prepare(
            PipelineOptionsFactory.fromArgs(options().toArray(new String[0]))
                .as(StorageOptions.class)));
  }

  private String option(String name) {
    return options().stream()
        .filter(option -> option.startsWith(name))
        .map(option -> option.substring(name.length()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  protected void after() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    client.close();
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    folder.delete();
  }

  /** Where it listens. */
  URI endpoint() {
    return server.endpoint();
  }

  /** The options by which a command reaches it. */
  List<String> options() {
    return server.options();
  }

  /** The options by which a command reaches it through another endpoint. */
  List<String> options(URI endpoint) {
    return Stream.concat(
            options().stream().filter(option -> !option.startsWith(ENDPOINT)),
            Stream.of(ENDPOINT + endpoint))
        .toList();
  }

  /** A client of it. */
  S3Client client() {
    return client;
  }

  /** Makes a bucket. */
  Bucket newBucket() {
    String name = "bucket" + ++buckets;
    client.createBucket(request -> request.bucket(name));
    return new Bucket(client, name);
  }

  /** A bucket. */
  record Bucket(S3Client client, String name) {

    /** The path of an object, or of what begins like it. */
    String path(String key) {
      return "s3://" + name + "/" + key;
    }

    /** Uploads an object in one request. */
    void put(String key, String text) {
      put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Uploads an object in one request. */
    void put(String key, byte[] bytes) {
      client.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(bytes));
    }

    /** The text of an object. */
    String text(String key) {
      return client
          .getObjectAsBytes(request -> request.bucket(name).key(key))
          .asString(StandardCharsets.UTF_8);
    }

    /** The keys that begin so, in their order. */
    List<String> keys(String prefix) {
      return client
          .listObjectsV2Paginator(request -> request.bucket(name).prefix(prefix))
          .contents()
          .stream()
          .map(S3Object::key)
          .toList();
    }
  }
}
