package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.Test;

public final class StoragesTest {

  @Test
  public void whatIsNoUriIsOfThisMachine() {
    assertTrue(Storages.isLocal("logs"));
    assertTrue(Storages.isLocal("/logs/a:b//c"));
    assertFalse(Storages.isLocal("s3://bucket"));
    assertFalse(Storages.isLocal("hdfs://namenode:8020/logs"));
  }

  @Test
  public void aStorageThatIsNotKnownIsRefused() {
    assertThat(refusal(() -> Folder.of("ftp://host/logs")), containsString("s3://"));
  }

  @Test
  public void aPathWithoutABucketIsRefused() {
    for (String path : new String[] {"s3://", "s3:///", "s3:///logs", "s3://logs-*/x"}) {
      assertThat(refusal(() -> Folder.of(path)), containsString("names no bucket"));
    }
  }

  @Test
  public void anEndpointThatIsNoUrlIsRefused() {
    for (String url :
        new String[] {"localhost:9000", "127.0.0.1:9000", "http://a b", "http:///x"}) {
      assertThat(refusal(() -> prepare("--s3Endpoint=" + url)), containsString("--s3Endpoint"));
    }
    prepare("--s3Endpoint=https://s3.example.com");
  }

  @Test
  public void aKeyWithoutTheOtherIsRefused() {
    assertThat(refusal(() -> prepare("--s3AccessKey=me")), containsString("--s3SecretKey"));
    assertThat(refusal(() -> prepare("--s3SecretKey=x")), containsString("--s3AccessKey"));
    prepare("--s3AccessKey=me", "--s3SecretKey=x");
  }

  private static void prepare(String... options) {
    Storages.prepare(PipelineOptionsFactory.fromArgs(options).as(StorageOptions.class));
  }

  private static String refusal(Runnable use) {
    return assertThrows(IllegalArgumentException.class, use::run).getMessage();
  }

  @Test
  public void aFolderHasNoSlashAtItsEnd() {
    assertEquals("hdfs://namenode/logs", new Folder("hdfs://namenode").folder("logs").path());
  }

  @Test
  public void filesAreSyncedUnlessTheOptionsSayOtherwise() {
    assertTrue(syncs());
    try {
      configure("--durability=process");
      assertFalse(syncs());
      configure("--durability=power");
      assertTrue(syncs());
    } finally {
      configure();
    }
    assertTrue(syncs());
  }

  private static boolean syncs() {
    return ((LocalStorage) Storages.of("/folder")).syncs();
  }

  private static void configure(String... options) {
    FileSystems.setDefaultPipelineOptions(
        PipelineOptionsFactory.fromArgs(options).as(StorageOptions.class));
  }

  @Test
  public void aStorageOfOnesOwnIsFoundByItsScheme() {
    Storage own = new LocalStorage(false);
    Storages.register("own", own);
    assertSame(own, Storages.of("own://host/folder"));
  }
}
