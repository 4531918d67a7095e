package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.ipc.RemoteException;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Files while the DataNodes of HDFS are away: small ones are sent again, streams fail. */
public final class HadoopStorageTest {

  private static final byte[] CONTENT = "content".repeat(1000).getBytes(StandardCharsets.UTF_8);

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  private final Storage storage = new HadoopStorage(FailingFileSystem.configuration(), true);
  private String root;
  private File workshop;

  @Before
  public void makeFolders() throws IOException {
    root = FailingFileSystem.SCHEME + "://" + temporary.getRoot();
    workshop = temporary.newFolder("tmp");
  }

  @After
  public void forgetFailures() {
    FailingFileSystem.ON_WRITE.clear();
    FailingFileSystem.ON_OPEN.clear();
  }

  /** As Hadoop's client and its NameNode word them. */
  private static List<IOException> withoutDataNodes() {
    return List.of(
        new IOException(
            "All datanodes [DatanodeInfoWithStorage[127.0.0.1:9866,DS-1,DISK]] are bad."
                + " Aborting..."),
        new IOException("Unable to create new block."),
        new IOException(
            "Could not get block locations. Source file \"/ledger/x.tmp\" - Aborting...block==null"),
        new IOException(
            "Failed to replace a bad datanode on the existing pipeline due to no more good datanodes"
                + " being available to try."),
        new IOException("Failed to add a node"),
        new IOException(
            "Failing write. Tried pipeline recovery 5 times without success for the same packet."),
        new IOException(
            "Unable to close file because the last block blk_1 does not have enough number of"
                + " replicas."),
        new RemoteException(
            IOException.class.getName(),
            "File /ledger/x.tmp could only be written to 0 of the 1 minReplication nodes. There are"
                + " 0 datanode(s) running and 0 node(s) are excluded in this operation.\n\tat x"));
  }

  private byte[] content(String name) throws IOException {
    return Files.readAllBytes(temporary.getRoot().toPath().resolve(name));
  }

  private boolean createIfAbsent(String name) throws IOException {
    return storage.createIfAbsent(
        root + "/" + name, root + "/tmp/" + name, CONTENT, Durability.SYNCED);
  }

  @Test
  public void aFileThatIsMadeIfAbsentIsSentAgain() throws IOException {
    int files = 0;
    for (IOException failure : withoutDataNodes()) {
      FailingFileSystem.ON_WRITE.add(failure);
      FailingFileSystem.ON_WRITE.add(failure);
      String name = "file-" + files++;
      assertTrue(failure.getMessage(), createIfAbsent(name));
      assertTrue(FailingFileSystem.ON_WRITE.isEmpty());
      assertThat(content(name), is(CONTENT));
      assertFalse(createIfAbsent(name));
      assertThat(workshop.list(), is(emptyArray()));
    }
  }

  @Test
  public void aFileThatReplacesAnotherIsSentAgain() throws IOException {
    for (IOException failure : withoutDataNodes()) {
      FailingFileSystem.ON_WRITE.add(failure);
      storage.write(
          root + "/file", root + "/tmp/file", out -> out.write(CONTENT), Durability.SYNCED);
      assertTrue(FailingFileSystem.ON_WRITE.isEmpty());
      assertThat(content("file"), is(CONTENT));
      assertThat(workshop.list(), is(emptyArray()));
    }
  }

  @Test
  public void aBlockThatIsMissingIsAskedForAgain() throws IOException {
    Path file = temporary.newFile("file").toPath();
    Files.write(file, CONTENT);
    IOException failure =
        new BlockMissingException(file.toString(), "Could not obtain block: blk_1", 0);
    FailingFileSystem.ON_OPEN.add(failure);
    assertThat(storage.read(root + "/file"), is(CONTENT));
    assertTrue(FailingFileSystem.ON_OPEN.isEmpty());
    FailingFileSystem.ON_OPEN.add(failure);
    Path copy = temporary.newFile("copy").toPath();
    storage.copy(root + "/file", copy);
    assertThat(Files.readAllBytes(copy), is(CONTENT));
    assertTrue(FailingFileSystem.ON_OPEN.isEmpty());
  }

  @Test
  public void aRefusalIsThrownAsItIs() {
    IOException refusal = new IOException("The disk space quota is exceeded");
    FailingFileSystem.ON_WRITE.add(refusal);
    assertThat(
        assertThrows(IOException.class, () -> createIfAbsent("file")), sameInstance(refusal));
    FailingFileSystem.ON_WRITE.add(refusal);
    assertThat(
        assertThrows(
            IOException.class,
            () ->
                storage.write(
                    root + "/file",
                    root + "/tmp/file",
                    out -> out.write(CONTENT),
                    Durability.SYNCED)),
        sameInstance(refusal));
  }

  @Test
  public void aStreamFailsWithWhatHasHappenedAndLeavesNothing() throws IOException {
    IOException failure = withoutDataNodes().get(0);
    FailingFileSystem.ON_WRITE.add(failure);
    NewFile file = storage.create(root + "/file", root + "/tmp/file", Durability.SYNCED);
    assertThat(
        assertThrows(IOException.class, () -> file.out().write(CONTENT)), sameInstance(failure));
    file.abandon();
    assertThat(workshop.list(), is(emptyArray()));
    assertFalse(new File(temporary.getRoot(), "file").exists());
  }

  @Test
  public void aFileIsMovedToANewFolderButNotOverAnother() throws IOException {
    storage.write(root + "/in/a", root + "/tmp/a", out -> out.write(CONTENT), Durability.SYNCED);
    storage.write(root + "/in/b", root + "/tmp/b", out -> out.write(1), Durability.SYNCED);
    assertTrue(storage.move(root + "/in/a", root + "/done/new/a"));
    assertThat(content("done/new/a"), is(CONTENT));
    assertFalse(storage.move(root + "/in/b", root + "/done/new/a"));
    assertThat(content("done/new/a"), is(CONTENT));
    assertFalse(storage.haveSameContent(root + "/in/b", root + "/done/new/a"));
    assertThrows(FileNotFoundException.class, () -> storage.move(root + "/in/a", root + "/done/c"));
  }
}
