package io.tailrace.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/**
 * The storages of this process. They are configured together with Beam's file systems and by the
 * same options: whenever and wherever a runner gives Beam its options, {@link Registrar} gets them.
 */
public final class Storages {

  private static final Pattern URI_PATH = Pattern.compile("(?s)([a-z][a-z0-9+.-]+)://([^/]*).*");
  private static final Pattern BUCKET = Pattern.compile("[^*?\\[\\]{}]+");
  private static final String ANY_REGION = "us-east-1";
  private static final int SMALLEST_UPLOAD_BYTES = 5 << 20;

  private static S3Options options;
  private static S3Storage s3;
  private static HadoopStorage hadoop;

  /** Used before any options are given, too, and at every look at a file. */
  private static volatile LocalStorage local = new LocalStorage(true);

  private static final Map<String, Storage> REGISTERED = new ConcurrentHashMap<>();

  private Storages() {}

  /** Whether a path is one of this machine's file system. */
  public static boolean isLocal(String path) {
    return !URI_PATH.matcher(path).matches();
  }

  /**
   * The storage of a path.
   *
   * @throws IllegalArgumentException with the storages that there are, if it is of none
   */
  public static Storage of(String path) {
    Matcher uri = URI_PATH.matcher(path);
    if (!uri.matches()) {
      return local;
    }
    return switch (uri.group(1)) {
      case "s3" -> {
        if (!BUCKET.matcher(uri.group(2)).matches()) {
          throw new IllegalArgumentException(path + " names no bucket: use s3://bucket/folder");
        }
        yield s3();
      }
      case "hdfs", "webhdfs", "viewfs" -> hadoop();
      default -> {
        Storage registered = REGISTERED.get(uri.group(1));
        if (registered == null) {
          throw new IllegalArgumentException(
              path + " is of no storage that is known: use a folder, s3://… or hdfs://…");
        }
        yield registered;
      }
    };
  }

  /** Adds a storage of paths that begin with a scheme of their own. */
  static void register(String scheme, Storage storage) {
    REGISTERED.put(scheme, storage);
  }

  private static synchronized S3Storage s3() {
    if (s3 == null) {
      try {
        s3 = new S3Storage(configured());
      } catch (SdkClientException e) {
        throw new IllegalArgumentException(
            String.valueOf(e.getMessage()).startsWith("Unable to load region")
                ? "S3 needs a region; give --s3Region, or set AWS_REGION"
                : "S3 cannot be used: " + e.getMessage(),
            e);
      }
    }
    return s3;
  }

  private static synchronized HadoopStorage hadoop() {
    if (hadoop == null) {
      hadoop = new HadoopStorage(givenConfiguration(), syncs(configured()));
    }
    return hadoop;
  }

  private static Configuration givenConfiguration() {
    List<Configuration> given =
        configured().as(HadoopFileSystemOptions.class).getHdfsConfiguration();
    return given == null || given.isEmpty() ? new Configuration() : given.get(0);
  }

  /** The settings with which libraries that know Hadoop's file systems reach a path. */
  public static synchronized Configuration hadoopConfiguration(String path) {
    return isLocal(path) ? new Configuration() : new Configuration(givenConfiguration());
  }

  private static S3Options configured() {
    if (options == null) {
      options = prepare(PipelineOptionsFactory.as(StorageOptions.class)).as(S3Options.class);
    }
    return options;
  }

  /**
   * Completes options so that Beam's file systems and these storages are configured the same.
   *
   * @param paths the paths that will be used
   * @return the same options
   * @throws IllegalArgumentException with the remedy if an option cannot be used
   */
  public static StorageOptions prepare(StorageOptions given, String... paths) {
    S3Options aws = given.as(S3Options.class);
    if (given.getS3Endpoint() != null) {
      aws.setEndpoint(endpoint(given.getS3Endpoint()));
    }
    if (given.getS3Region() != null || given.getS3Endpoint() != null) {
      aws.setAwsRegion(Region.of(Objects.requireNonNullElse(given.getS3Region(), ANY_REGION)));
    }
    if ((given.getS3AccessKey() == null) != (given.getS3SecretKey() == null)) {
      throw new IllegalArgumentException(
          "--s3AccessKey and --s3SecretKey belong together; give both or none");
    }
    if (given.getS3AccessKey() != null) {
      aws.setAwsCredentialsProvider(
          StaticCredentialsProvider.create(
              AwsBasicCredentials.create(given.getS3AccessKey(), given.getS3SecretKey())));
    }
    aws.setS3ClientFactoryClass(S3Clients.class);
    // For each file that it writes Beam holds a buffer of this size.
    aws.setS3UploadBufferSizeBytes(SMALLEST_UPLOAD_BYTES);
    HadoopFileSystemOptions hdfs = given.as(HadoopFileSystemOptions.class);
    Optional<String> server = hadoopServer(paths);
    if (server.isPresent() && hdfs.getHdfsConfiguration() == null) {
      // Beam's file system is not there without a configuration.
      Configuration configuration = new Configuration();
      configuration.set("fs.defaultFS", server.get());
      hdfs.setHdfsConfiguration(List.of(configuration));
    }
    if (hdfs.getHdfsConfiguration() != null) {
      // Clients are shared, and are as whoever comes first makes them.
      hdfs.getHdfsConfiguration().forEach(HadoopStorage::outliveSignals);
    }
    return given;
  }

  /** What another process has to be given so that it reaches the same storages. */
  public static List<String> arguments(StorageOptions given) {
    List<String> arguments = new ArrayList<>();
    add("s3Endpoint", given.getS3Endpoint(), arguments);
    add("s3Region", given.getS3Region(), arguments);
    add("s3PathStyle", given.getS3PathStyle(), arguments);
    add("s3AccessKey", given.getS3AccessKey(), arguments);
    add("s3SecretKey", given.getS3SecretKey(), arguments);
    return arguments;
  }

  private static void add(String option, Object value, List<String> arguments) {
    if (value != null) {
      arguments.add("--" + option + "=" + value);
    }
  }

  private static URI endpoint(String url) {
    try {
      URI endpoint = new URI(url);
      if (endpoint.getHost() != null && String.valueOf(endpoint.getScheme()).matches("https?")) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--s3Endpoint: '" + url + "' is no URL of a server; give one like http://127.0.0.1:9000");
  }

  private static Optional<String> hadoopServer(String... paths) {
    for (String path : paths) {
      Matcher uri = URI_PATH.matcher(String.valueOf(path));
      if (uri.matches() && !uri.group(1).equals("s3") && !uri.group(2).isEmpty()) {
        return Optional.of(uri.group(1) + "://" + uri.group(2));
      }
    }
    return Optional.empty();
  }

  private static synchronized void configure(S3Options given) {
    options = given;
    s3 = null;
    hadoop = null;
    if (local.syncs() != syncs(given)) {
      local = new LocalStorage(syncs(given));
    }
  }

  private static boolean syncs(PipelineOptions given) {
    return given.as(StorageOptions.class).getDurability() == StorageOptions.Fault.power;
  }

  /** Adds no file system to Beam's; gets the options that those are made from. */
  public static final class Registrar implements FileSystemRegistrar {

    @Override
    public Iterable<org.apache.beam.sdk.io.FileSystem<?>> fromOptions(PipelineOptions given) {
      configure(given.as(S3Options.class));
      return List.of();
    }
  }
}
