package io.tailrace.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * A file that is being read.
 *
 * @param channel its bytes
 * @param file the version that was there when it was opened
 * @param pinned whether the channel gives that version or fails; otherwise, if the file changes
 *     meanwhile, it may give some of both
 */
public record OpenFile(ReadableByteChannel channel, StoredFile file, boolean pinned)
    implements Closeable {

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
