package io.tailrace.ledger;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Tells processes of this machine from those of others. */
public final class Machine {

  private static final String NAME = readName();

  private Machine() {}

  /**
   * A name in which process numbers are unique: of the running system, and of a container in it.
   */
  static String name() {
    return NAME;
  }

  private static String readName() {
    try {
      // https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html, pid_namespaces(7)
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "unknown " + ProcessHandle.current().pid();
      }
    }
  }

  /** When a process was started, in milliseconds since 1970, or 0. */
  public static long start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
