package io.tailrace.storage;

import java.io.IOException;
import java.io.OutputStream;

/** A file that is being written and that nobody sees before it is committed. */
public interface NewFile {

  /** Takes its bytes. */
  OutputStream out();

  /** Puts it in place of what had its name; as durable as was asked for when this returns. */
  void commit() throws IOException;

  /** Drops it; does nothing after a commit. */
  void abandon() throws IOException;
}
