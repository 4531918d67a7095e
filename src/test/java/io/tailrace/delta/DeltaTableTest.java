package io.tailrace.delta;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class DeltaTableTest {

  /** Throws the same exception again from {@code close}, as a stream to HDFS does. */
  private static final class Failed extends OutputStream {

    private final IOException failure = new IOException("All datanodes [a] are bad. Aborting...");

    @Override
    public void write(int b) throws IOException {
      throw failure;
    }

    @Override
    public void close() throws IOException {
      throw failure;
    }
  }

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void aStreamThatFailsTwiceInTheSameWayIsAFailureToWrite() {
    DeltaTable table = DeltaTable.in(new Folder(folder.getRoot().toString()));
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                table.run(
                    () -> {
                      try (OutputStream out = new Failed()) {
                        out.write(0);
                      }
                      return null;
                    }));
    assertThat(failure.getMessage(), endsWith(": All datanodes [a] are bad. Aborting..."));
  }
}
