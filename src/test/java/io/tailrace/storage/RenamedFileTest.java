package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

public final class RenamedFileTest {

  /** Says of its failure what it said before, as a stream to HDFS does. */
  private static final class Failed extends OutputStream {

    private final IOException failure = new IOException("Connection reset");

    @Override
    public void write(int b) throws IOException {
      throw failure;
    }

    @Override
    public void close() throws IOException {
      throw failure;
    }
  }

  private final List<String> done = new ArrayList<>();
  private final Failed out = new Failed();
  private final NewFile file =
      new RenamedFile(
          out, () -> done.add("synced"), () -> done.add("renamed"), () -> done.add("deleted"));

  @Test
  public void aFileThatCannotBeClosedIsNotRenamedAndCanBeAbandoned() throws IOException {
    IOException failure = assertThrows(IOException.class, file::commit);
    assertThat(failure, sameInstance(out.failure));
    file.abandon();
    assertThat(done, is(List.of("synced", "deleted")));
  }
}
