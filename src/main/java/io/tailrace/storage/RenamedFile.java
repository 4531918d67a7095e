package io.tailrace.storage;

import java.io.IOException;
import java.io.OutputStream;

/** A file that is written under another name until it is committed. */
final class RenamedFile implements NewFile {

  /** Does something with a file. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private final OutputStream out;
  private final Action rename;
  private final Action delete;
  private boolean committed;

  RenamedFile(OutputStream out, Action rename, Action delete) {
    this.out = out;
    this.rename = rename;
    this.delete = delete;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void commit() throws IOException {
    out.close();
    rename.run();
    committed = true;
  }

  @Override
  public void abandon() throws IOException {
    if (!committed) {
      try {
        out.close();
      } catch (IOException e) {
        // What is thrown away need not be whole. HDFS throws again what has failed already.
      }
      delete.run();
    }
  }
}
