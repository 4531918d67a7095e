package io.tailrace.ledger;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The right to write an output, which one run at a time has.
 *
 * <p>It is a lock of the operating system on a file in the ledger, so a run that was killed has
 * lost it at once.
 */
public final class Lease implements AutoCloseable {

  private static final String FILE = "lease";

  /** The lock; the note about its holder follows it. A locked byte cannot be read everywhere. */
  private static final long LOCKED_BYTES = 1;

  private final FileChannel channel;

  private Lease(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lease of a ledger on this machine's file system.
   *
   * @throws UsageException if another run has it
   */
  public static Lease take(Ledger ledger) throws IOException {
    Path folder = Path.of(ledger.folder().path());
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (lock(channel) == null) {
        throw new UsageException(
            String.format(
                "--output: another run (%s) is writing %s; stop it, or give another --output",
                holder(channel), folder.getParent()));
      }
      note(channel);
      return new Lease(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(0, LOCKED_BYTES, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void note(FileChannel channel) throws IOException {
    String holder =
        String.format(
            " process %d, since %s",
            ProcessHandle.current().pid(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(200);
    channel.read(note, LOCKED_BYTES);
    String holder = new String(note.array(), 0, note.position(), StandardCharsets.UTF_8);
    return holder.isBlank() ? "just starting" : holder;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
