package io.tailrace.storage;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.commons.io.output.DeferredFileOutputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryPolicy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * S3, and servers that speak its protocol, through the client that Beam's options describe.
 *
 * <p>Beam's own file system asks for each object of a listing once more, writes every file in three
 * requests and renames by copying. Here a listing is a request for a thousand objects, a file is
 * written in one and read in one, and it has its name from the beginning, because an object is not
 * there before all of it is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html
 * (section "Amazon S3 data consistency model").
 */
final class S3Storage implements Storage {

  /** What is read on behind the end that was asked for, to find the end of a line. */
  private static final long READ_AHEAD_BYTES = 1 << 16;

  /** Larger files are kept on disk until they are complete. */
  private static final int MEMORY_BYTES = 4 << 20;

  /** The most bytes that are copied in one request. */
  private static final long COPY_BYTES = 1L << 30;

  private static final int NOT_MODIFIED_SINCE = 412;
  private static final int BEYOND_THE_END = 416;
  private static final int NOT_FOUND = 404;
  private static final int DENIED = 403;
  private static final int ELSEWHERE = 301;
  private static final int TIMEOUT = 408;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;
  private static final int NOT_IMPLEMENTED = 501;

  /** The servers that have refused a conditional write: they know what it is. */
  private static final Set<String> SERVERS_WITH_CONDITIONS = ConcurrentHashMap.newKeySet();

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private final S3Options options;
  private final S3Client client;
  private final String server;
  private final Retries retries;
  private final long copyBytes;

  S3Storage(S3Options options) {
    this(options, COPY_BYTES);
  }

  /** One that copies so many bytes in a request. */
  S3Storage(S3Options options, long copyBytes) {
    this.options = options;
    this.copyBytes = copyBytes;
    this.server = options.getEndpoint() == null ? "AWS S3" : options.getEndpoint().toString();
    this.retries = new Retries(server, S3Storage::passes);
    this.client =
        S3Clients.builder(options)
            // Repeating is done here, and longer.
            .overrideConfiguration(settings -> settings.retryPolicy(RetryPolicy.none()))
            .build();
  }

  /** A bucket and a key. */
  private record Place(String bucket, String key) {

    static Place of(String path) {
      int begin = path.indexOf("://") + 3;
      int slash = path.indexOf('/', begin);
      return slash < 0
          ? new Place(path.substring(begin), "")
          : new Place(path.substring(begin, slash), path.substring(slash + 1));
    }
  }

  @Override
  public void check(String path) throws IOException {
    Place place = Place.of(new Glob(path).folder());
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(place.bucket())
            .prefix(place.key())
            .maxKeys(1)
            .build();
    try {
      retries.atStart(() -> ask(path, () -> client.listObjectsV2(request)));
    } catch (UnusableStorageException e) {
      throw e;
    } catch (IOException e) {
      throw new UnusableStorageException(
          String.format(
              "%s does not answer (%s); is it running, and are --s3Endpoint and --s3Region right?",
              server, e.getMessage()),
          e);
    }
  }

  @Override
  public boolean hasFolders() {
    return false;
  }

  @Override
  public boolean hasFolder(String path) {
    return false;
  }

  @Override
  public List<StoredFile> listMatching(Glob glob) throws IOException {
    Place place = Place.of(glob.fixedPart());
    Pattern pattern = glob.pattern();
    String begin = "s3://" + place.bucket() + "/";
    ListObjectsV2Request.Builder request =
        ListObjectsV2Request.builder().bucket(place.bucket()).prefix(place.key());
    if (!glob.isDeep()) {
      // What is in folders below is not even named.
      request.delimiter("/");
    }
    List<StoredFile> files = new ArrayList<>();
    ListObjectsV2Response page;
    do {
      page =
          retries.untilAnswered(
              () -> ask(glob.text(), () -> client.listObjectsV2(request.build())));
      page.contents()
          .forEach(
              object -> {
                String path = begin + object.key();
                if (pattern.matcher(path).matches()) {
                  long modified = object.lastModified().getEpochSecond() * 1000;
                  files.add(new StoredFile(path, object.size(), modified));
                }
              });
      request.continuationToken(page.nextContinuationToken());
    } while (Boolean.TRUE.equals(page.isTruncated()));
    return files;
  }

  @Override
  public StoredFile stat(String path) throws IOException {
    HeadObjectResponse head = head(path);
    return new StoredFile(path, head.contentLength(), head.lastModified().getEpochSecond() * 1000);
  }

  private HeadObjectResponse head(String path) throws IOException {
    Place place = Place.of(path);
    return retries.untilAnswered(
        () ->
            ask(
                path,
                () ->
                    client.headObject(request -> request.bucket(place.bucket()).key(place.key()))));
  }

  @Override
  public OpenFile open(String path, long from, long to) throws IOException {
    ObjectChannel channel = new ObjectChannel(path, from, to);
    StoredFile file = channel.open();
    return new OpenFile(channel, file, true);
  }

  /** An object is on disks of the server's when its request is answered. */
  @Override
  public NewFile create(String path, String temporary, Durability durability) {
    DeferredFileOutputStream content =
        DeferredFileOutputStream.builder()
            .setThreshold(MEMORY_BYTES)
            .setPrefix("tailrace-")
            .setDirectory(Path.of(System.getProperty("java.io.tmpdir")))
            .get();
    return new NewFile() {
      @Override
      public OutputStream out() {
        return content;
      }

      @Override
      public void commit() throws IOException {
        content.close();
        put(
            path,
            PutObjectRequest.builder(),
            content.isInMemory()
                ? RequestBody.fromBytes(content.getData())
                : RequestBody.fromFile(content.getPath()));
        abandon();
      }

      @Override
      public void abandon() throws IOException {
        content.close();
        if (content.getPath() != null) {
          java.nio.file.Files.deleteIfExists(content.getPath());
        }
      }
    };
  }

  private void put(String path, PutObjectRequest.Builder request, RequestBody content)
      throws IOException {
    Place place = Place.of(path);
    request
        .bucket(place.bucket())
        .key(place.key())
        .storageClass(options.getS3StorageClass())
        .serverSideEncryption(options.getSSEAlgorithm())
        .ssekmsKeyId(options.getSSEKMSKeyId());
    retries.untilAnswered(() -> ask(path, () -> client.putObject(request.build(), content)));
  }

  @Override
  public boolean createIfAbsent(
      String path, String temporary, byte[] content, Durability durability) throws IOException {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .overrideConfiguration(settings -> settings.putHeader("If-None-Match", "*"));
    try {
      put(path, request, RequestBody.fromBytes(content));
    } catch (PreconditionFailedException e) {
      SERVERS_WITH_CONDITIONS.add(server);
      // It may be this very call that has made it, if the server's answer was lost.
      try (OpenFile there = open(path, 0, content.length)) {
        byte[] known = Channels.newInputStream(there.channel()).readAllBytes();
        return Arrays.equals(known, content);
      }
    }
    if (SERVERS_WITH_CONDITIONS.contains(server)) {
      return true;
    }
    try {
      put(path, request, RequestBody.fromBytes(content));
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html is what all
      // of a run's rights rest on, and servers that do not know it say nothing.
      throw new UnusableStorageException(
          String.format(
              "%s: %s does not know conditional writes (If-None-Match), without which two runs could"
                  + " write one output; use a newer server",
              path, server),
          null);
    } catch (PreconditionFailedException e) {
      SERVERS_WITH_CONDITIONS.add(server);
      return true;
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Place place = Place.of(path);
    retries.untilAnswered(
        () ->
            ask(
                path,
                () ->
                    client.deleteObject(
                        request -> request.bucket(place.bucket()).key(place.key()))));
  }

  /** A copy that is verified before the object is deleted. */
  @Override
  public boolean move(String path, String to) throws IOException {
    HeadObjectResponse object = head(path);
    try {
      stat(to);
      return false;
    } catch (FileNotFoundException e) {
      // The name is free.
    }
    if (object.contentLength() <= copyBytes) {
      copyAtOnce(path, to, object.eTag());
    } else {
      copyInParts(path, to, object);
    }
    long copied = stat(to).size();
    if (copied != object.contentLength()) {
      throw new IOException(
          String.format(
              "the copy of %s has %d bytes instead of %d", path, copied, object.contentLength()));
    }
    delete(path);
    return true;
  }

  private void copyAtOnce(String path, String to, String tag) throws IOException {
    Place source = Place.of(path);
    Place target = Place.of(to);
    CopyObjectRequest request =
        CopyObjectRequest.builder()
            .sourceBucket(source.bucket())
            .sourceKey(source.key())
            .copySourceIfMatch(tag)
            .destinationBucket(target.bucket())
            .destinationKey(target.key())
            .storageClass(options.getS3StorageClass())
            .serverSideEncryption(options.getSSEAlgorithm())
            .ssekmsKeyId(options.getSSEKMSKeyId())
            .build();
    retries.untilAnswered(() -> ask(path, () -> client.copyObject(request)));
  }

  /** One request for all of a large object would take too long, and S3 refuses it above 5 GiB. */
  private void copyInParts(String path, String to, HeadObjectResponse object) throws IOException {
    Place source = Place.of(path);
    Place target = Place.of(to);
    CreateMultipartUploadRequest begin =
        CreateMultipartUploadRequest.builder()
            .bucket(target.bucket())
            .key(target.key())
            .contentType(object.contentType())
            .contentEncoding(object.contentEncoding())
            .metadata(object.metadata())
            .storageClass(options.getS3StorageClass())
            .serverSideEncryption(options.getSSEAlgorithm())
            .ssekmsKeyId(options.getSSEKMSKeyId())
            .build();
    String upload =
        retries.untilAnswered(() -> ask(to, () -> client.createMultipartUpload(begin))).uploadId();
    boolean isComplete = false;
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long from = 0; from < object.contentLength(); from += copyBytes) {
        int number = parts.size() + 1;
        UploadPartCopyRequest part =
            UploadPartCopyRequest.builder()
                .sourceBucket(source.bucket())
                .sourceKey(source.key())
                .copySourceIfMatch(object.eTag())
                .copySourceRange(
                    String.format(
                        "bytes=%d-%d",
                        from, Math.min(from + copyBytes, object.contentLength()) - 1))
                .destinationBucket(target.bucket())
                .destinationKey(target.key())
                .uploadId(upload)
                .partNumber(number)
                .build();
        String tag =
            retries
                .untilAnswered(() -> ask(path, () -> client.uploadPartCopy(part)))
                .copyPartResult()
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
      }
      retries.untilAnswered(
          () ->
              ask(
                  to,
                  () ->
                      client.completeMultipartUpload(
                          request ->
                              request
                                  .bucket(target.bucket())
                                  .key(target.key())
                                  .uploadId(upload)
                                  .multipartUpload(all -> all.parts(parts)))));
      isComplete = true;
    } finally {
      if (!isComplete) {
        retries.untilAnswered(
            () ->
                ask(
                    to,
                    () ->
                        client.abortMultipartUpload(
                            request ->
                                request
                                    .bucket(target.bucket())
                                    .key(target.key())
                                    .uploadId(upload))));
      }
    }
  }

  /** What was expected of an object is not so. */
  private static final class PreconditionFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    PreconditionFailedException(String path, Throwable cause) {
      super(path + " has changed since it was found", cause);
    }
  }

  /** An answer ended before its end. */
  private static final class ConnectionLostException extends IOException {

    private static final long serialVersionUID = 1L;

    ConnectionLostException(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The server's answer to one request, or its refusal in the words of {@code java.io}. */
  private <T> T ask(String path, Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (AwsServiceException e) {
      String bucket = Place.of(path).bucket();
      String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
      String message = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
      if ("NoSuchBucket".equals(code)) {
        throw new UnusableStorageException(
            String.format(
                "%s: there is no bucket %s at %s; make it first, or check its name",
                path, bucket, server),
            e);
      }
      switch (e.statusCode()) {
        case NOT_FOUND -> throw (IOException) new FileNotFoundException(path).initCause(e);
        case NOT_MODIFIED_SINCE -> throw new PreconditionFailedException(path, e);
        case DENIED ->
            throw new UnusableStorageException(
                String.format(
                    "%s: %s denies access (%s); check the credentials (--s3AccessKey and"
                        + " --s3SecretKey, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) and"
                        + " what they may do",
                    path, server, message == null ? e.getMessage() : message),
                e);
        case ELSEWHERE ->
            throw new UnusableStorageException(
                String.format("%s: the bucket is in another region; give --s3Region", path), e);
        default -> throw new IOException(message == null ? e.getMessage() : message, e);
      }
    } catch (SdkException e) {
      if (String.valueOf(e.getMessage()).startsWith("Unable to load credentials")) {
        throw new UnusableStorageException(
            path
                + ": there are no credentials for S3; give --s3AccessKey and --s3SecretKey, or set"
                + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            e);
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Whether asking again may mend it: the server did not answer, or is not able to now. */
  private static boolean passes(IOException failure) {
    if (failure.getCause() instanceof AwsServiceException answer) {
      int status = answer.statusCode();
      return status >= 500 && status != NOT_IMPLEMENTED
          || status == TIMEOUT
          || status == CONFLICT
          || status == TOO_MANY;
    }
    return failure.getCause() instanceof SdkClientException
        || failure instanceof ConnectionLostException;
  }

  /** Reads one version of an object, and goes on where it was when a connection is lost. */
  private final class ObjectChannel implements ReadableByteChannel {

    private final String path;
    private final Place place;
    private long position;
    private long rangeEnd;
    private StoredFile file;
    private String tag;
    private ResponseInputStream<GetObjectResponse> in;
    private boolean closed;

    ObjectChannel(String path, long from, long to) {
      this.path = path;
      this.place = Place.of(path);
      this.position = from;
      this.rangeEnd = to + READ_AHEAD_BYTES;
    }

    StoredFile open() throws IOException {
      if (rangeEnd == READ_AHEAD_BYTES) {
        // No range of an empty object is one that it has.
        file = stat(path);
        rangeEnd = file.size();
      } else {
        retries.untilAnswered(
            () -> {
              request();
              return file;
            });
      }
      return file;
    }

    /** Asks once for what is left of the range. */
    private void request() throws IOException {
      GetObjectRequest request =
          GetObjectRequest.builder()
              .bucket(place.bucket())
              .key(place.key())
              .range("bytes=" + position + "-" + (rangeEnd - 1))
              .ifMatch(tag)
              .build();
      try {
        in = ask(path, () -> client.getObject(request));
      } catch (IOException e) {
        if (e.getCause() instanceof AwsServiceException answer
            && answer.statusCode() == BEYOND_THE_END) {
          // Only an object that is shorter than it was.
          file = stat(path);
          position = file.size();
          return;
        }
        throw e;
      }
      GetObjectResponse response = in.response();
      tag = response.eTag();
      long size = size(response);
      StoredFile now = new StoredFile(path, size, response.lastModified().getEpochSecond() * 1000);
      if (file != null && !file.equals(now)) {
        // Servers that give no tag do not compare it.
        drop();
        throw new PreconditionFailedException(path, null);
      }
      file = now;
      rangeEnd = Math.min(rangeEnd, size);
    }

    private long size(GetObjectResponse response) {
      String range = String.valueOf(response.contentRange());
      String total = range.substring(range.indexOf('/') + 1);
      return DIGITS.matcher(total).matches() ? Long.parseLong(total) : response.contentLength();
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      while (position < file.size()) {
        int count = -1;
        if (in != null) {
          try {
            count = readNow(destination);
          } catch (ConnectionLostException e) {
            if (Thread.currentThread().isInterrupted()) {
              throw e;
            }
            // The request for the rest waits until the server answers.
          }
        }
        if (count < 0) {
          drop();
          rangeEnd = Math.max(rangeEnd, Math.min(file.size(), position + READ_AHEAD_BYTES));
          // An answer without a byte is none: a server may cut each one short.
          count =
              retries.untilAnswered(
                  () -> {
                    request();
                    return readNow(destination);
                  });
        }
        if (count >= 0) {
          position += count;
          return count;
        }
      }
      return -1;
    }

    /** Gives -1 if there is no more in the range. */
    private int readNow(ByteBuffer destination) throws ConnectionLostException {
      if (position >= rangeEnd || in == null) {
        return -1;
      }
      try {
        int count;
        if (destination.hasArray()) {
          count =
              in.read(
                  destination.array(),
                  destination.arrayOffset() + destination.position(),
                  destination.remaining());
          destination.position(destination.position() + Math.max(0, count));
        } else {
          count = Channels.newChannel(in).read(destination);
        }
        if (count < 0) {
          throw new EOFException("the answer is too short");
        }
        return count;
      } catch (IOException | SdkException e) {
        drop();
        throw new ConnectionLostException(e);
      }
    }

    private void drop() {
      if (in == null) {
        return;
      }
      try {
        if (position == rangeEnd) {
          // The connection can be used again.
          in.close();
        } else {
          // Closing would read the rest.
          in.abort();
        }
      } catch (IOException e) {
        in.abort();
      }
      in = null;
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
      drop();
    }
  }
}
