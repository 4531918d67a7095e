package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertThrows;

import io.tailrace.demo.S3Server;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Objects are moved by copies, small and large ones, and not over others. */
public final class S3StorageTest {

  /** S3 has parts of five megabytes at least, but for the last one. */
  private static final int PART_BYTES = 5 << 20;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Storage storage;

  private void put(String path, byte[] content) throws Exception {
    storage.write(path, path, out -> out.write(content), Durability.SYNCED);
  }

  @Test
  public void anObjectIsMovedWhole() throws Exception {
    Path buckets = folder.getRoot().toPath().toRealPath();
    Files.createDirectory(buckets.resolve("logs"));
    Files.createDirectory(buckets.resolve("done"));
    try (S3Server server = S3Server.start(buckets, 0)) {
      S3Options options =
          Storages.prepare(
                  PipelineOptionsFactory.fromArgs(server.options().toArray(new String[0]))
                      .as(StorageOptions.class))
              .as(S3Options.class);
      storage = new S3Storage(options, PART_BYTES);
      byte[] large = new byte[2 * PART_BYTES + 1_000];
      new Random(1).nextBytes(large);
      byte[] small = "s1,2,1\n".getBytes(StandardCharsets.US_ASCII);
      requireMoved("s3://logs/in/large.csv", large, "s3://done/a/large.csv");
      requireMoved("s3://logs/in/a b+\u00fc%.csv", small, "s3://done/a b+\u00fc%.csv");

      put("s3://logs/in/other.csv", large);
      assertThat(storage.move("s3://logs/in/other.csv", "s3://done/a b+\u00fc%.csv"), is(false));
      assertArrayEquals(small, storage.read("s3://done/a b+\u00fc%.csv"));
      assertThat(
          storage.haveSameContent("s3://logs/in/other.csv", "s3://done/a/large.csv"), is(true));
      assertThrows(
          FileNotFoundException.class, () -> storage.move("s3://logs/none", "s3://logs/other"));
    }
  }

  private void requireMoved(String from, byte[] content, String to) throws Exception {
    put(from, content);
    assertThat(storage.move(from, to), is(true));
    assertArrayEquals(content, storage.read(to));
    assertThrows(FileNotFoundException.class, () -> storage.stat(from));
  }
}
