package io.tailrace.it;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * This machine, on which the integration tests of two processes run. A test shares it with the
 * other one, or has it {@link Alone}.
 */
final class Machine {

  private static final Path LOCKS = Path.of("target", "machine");

  private final FileChannel room;

  private Machine(FileChannel room) {
    this.room = room;
  }

  /** Waits until a test may begin. */
  static Machine enter(boolean alone) throws IOException {
    Files.createDirectories(LOCKS);
    // Whoever waits until it is alone waits at the gate, so that nobody overtakes it.
    try (FileChannel gate = open("gate")) {
      gate.lock();
      FileChannel room = open("room");
      room.lock(0, Long.MAX_VALUE, !alone);
      return new Machine(room);
    }
  }

  private static FileChannel open(String name) throws IOException {
    return FileChannel.open(
        LOCKS.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  void leave() throws IOException {
    room.close();
  }
}
