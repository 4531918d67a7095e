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
  private final Action sync;
  private final Action rename;
  private final Action delete;
  private boolean committed;

  /**
   * @param out takes the bytes
   * @param sync puts the bytes on disk, as far as that is asked for
   * @param rename puts the file in place
   * @param delete removes what has not been put in place
   */
  RenamedFile(OutputStream out, Action sync, Action rename, Action delete) {
    this.out = out;
    this.sync = sync;
    this.rename = rename;
    this.delete = delete;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void commit() throws IOException {
    out.flush();
    sync.run();
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
