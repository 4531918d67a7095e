package io.tailrace.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.metrics.Troubles;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Durability;
import io.tailrace.storage.Folder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write an output, which one run at a time has, on any storage.
 *
 * <p>It is the file of the highest number among {@code lease-1}, {@code lease-2}, …: of those who
 * try to make the next one, one succeeds. Its holder rewrites it every few seconds. A lease is free
 * for the next one if its holder gave it back, if its process is known to have ended, because it
 * was one of this machine, or if it has not been rewritten for 15 seconds, as seen by the one who
 * wants it: no two clocks are compared.
 *
 * <p>A holder that was only asleep has lost it all the same; it finds another run's number in the
 * ledger then, and what it does counts no more ({@link Ledger#goesOn}).
 */
public final class Lease implements AutoCloseable {

  /** A lease that nobody has rewritten for so long is lost. */
  private static final Duration LOST_AFTER = Duration.ofSeconds(15);

  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(4);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final long MILLIS_BETWEEN_LOOKS_AT_THE_END = 200;
  private static final String PREFIX = "lease-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{10,}");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** What its troubles are known by. */
  private static final String TROUBLE = "lease";

  /**
   * What is in the file.
   *
   * @param process the holder's number
   * @param machine the holder's machine, and the part of it in which the number is unique
   * @param started when the holder was started, in milliseconds since 1970
   * @param since when it took the lease
   * @param beats how often it has rewritten the file
   * @param released whether it has given the lease back
   */
  private record Note(
      long process, String machine, long started, String since, long beats, boolean released) {

    static Note ofThisProcess() {
      return new Note(
          ProcessHandle.current().pid(),
          Machine.name(),
          Machine.start(ProcessHandle.current()),
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          0,
          false);
    }

    Note next() {
      return new Note(process, machine, started, since, beats + 1, false);
    }

    Note release() {
      return new Note(process, machine, started, since, beats + 1, true);
    }

    boolean isOfThisMachine() {
      return machine.equals(Machine.name());
    }

    boolean isAlive() {
      return ProcessHandle.of(process)
          .filter(holder -> Machine.start(holder) == started)
          .isPresent();
    }

    /** Whether it is known that nobody holds it any more. */
    boolean isOver() {
      return released || isOfThisMachine() && !isAlive();
    }

    byte[] toBytes() {
      try {
        return SealedContent.seal(SealedContent.Kind.lease, JSON.writeValueAsBytes(this));
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Ledger ledger;
  private final String file;
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
          });
  private Note note;
  private volatile long renewedNanos = System.nanoTime();

  private Lease(Ledger ledger, String file, Note note) {
    this.ledger = ledger;
    this.file = file;
    this.note = note;
  }

  /**
   * Takes the lease of a ledger; waits if it is not known whether its holder is alive.
   *
   * @param output the output, for people
   * @throws UsageException if another run has it
   */
  public static Lease take(Ledger ledger, String output) throws IOException {
    return take(ledger, output, LOST_AFTER);
  }

  static Lease take(Ledger ledger, String output, Duration lostAfter) throws IOException {
    Folder folder = ledger.folder();
    while (true) {
      List<String> before = names(folder);
      String last = before.isEmpty() ? name(0) : before.get(before.size() - 1);
      awaitFree(folder, last, output, lostAfter);
      Note note = Note.ofThisProcess();
      String next = name(Long.parseLong(last.substring(PREFIX.length())) + 1);
      if (folder.writeIfAbsent(next, ledger.temporary(), note.toBytes(), Durability.UNSYNCED)) {
        // While this one looked, others may have taken and left this number and hold a higher one.
        List<String> after = names(folder);
        if (!after.get(after.size() - 1).equals(next)) {
          folder.delete(next);
          continue;
        }
        for (String name : before) {
          folder.delete(name);
        }
        Lease lease = new Lease(ledger, next, note);
        lease.heart.scheduleWithFixedDelay(
            lease::beat, BETWEEN_BEATS.toMillis(), BETWEEN_BEATS.toMillis(), TimeUnit.MILLISECONDS);
        return lease;
      }
      // Or somebody else was faster, and is alive.
    }
  }

  /**
   * Who holds a lease.
   *
   * @param process the number of the process
   * @param isOfThisMachine whether it is a process of this machine
   * @param since when it took the lease, as ISO 8601 has it
   */
  public record Holder(long process, boolean isOfThisMachine, String since) {}

  /**
   * Who holds the lease of a ledger: a process of this machine that is alive, or one of another
   * machine that has not given it back.
   */
  public static Optional<Holder> holder(Ledger ledger) throws IOException {
    return newest(ledger.folder())
        .flatMap(Lease::parse)
        .filter(note -> !note.isOver())
        .map(note -> new Holder(note.process(), note.isOfThisMachine(), note.since()));
  }

  /**
   * Waits until nobody holds the lease of a ledger.
   *
   * @return false if it was not given back: its holder was killed, or does not answer
   */
  public static boolean awaitEnd(Ledger ledger) throws IOException, InterruptedException {
    Optional<byte[]> seen = newest(ledger.folder());
    long seenAt = System.nanoTime();
    while (true) {
      Optional<Note> holder = seen.flatMap(Lease::parse);
      if (holder.isEmpty() || holder.get().isOver()) {
        return holder.isEmpty() || holder.get().released();
      }
      if (!holder.get().isOfThisMachine() && System.nanoTime() - seenAt > LOST_AFTER.toNanos()) {
        return false;
      }
      Thread.sleep(MILLIS_BETWEEN_LOOKS_AT_THE_END);
      Optional<byte[]> now = newest(ledger.folder());
      if (!Arrays.equals(now.orElse(null), seen.orElse(null))) {
        seen = now;
        seenAt = System.nanoTime();
      }
    }
  }

  private static Optional<byte[]> newest(Folder folder) throws IOException {
    List<String> names = names(folder);
    return names.isEmpty() ? Optional.empty() : read(folder, names.get(names.size() - 1));
  }

  /** Those of all leases, and of nothing else: some S3 servers list an upload before its end. */
  private static List<String> names(Folder folder) throws IOException {
    return folder.list(PREFIX, "").stream().filter(NAME.asMatchPredicate()).toList();
  }

  private static String name(long number) {
    return PREFIX + String.format("%010d", number);
  }

  private static void awaitFree(Folder folder, String file, String output, Duration lostAfter)
      throws IOException {
    Optional<byte[]> seen = read(folder, file);
    long seenAt = System.nanoTime();
    boolean told = false;
    while (true) {
      Optional<Note> holder = seen.flatMap(Lease::parse);
      if (seen.isEmpty() || holder.isPresent() && holder.get().isOver()) {
        return;
      }
      if (holder.isPresent() && holder.get().isOfThisMachine()) {
        throw refusal(holder, output);
      }
      long waited = System.nanoTime() - seenAt;
      if (waited > lostAfter.toNanos()) {
        return;
      }
      // Whoever is just starting needs a moment: nothing to tell of at the first look.
      if (!told && (holder.isPresent() || waited >= BETWEEN_LOOKS.toNanos())) {
        told = true;
        LOG.warn(
            "Another run ({}) had {}; waiting up to {} s to see whether it is alive",
            describe(holder),
            output,
            lostAfter.toSeconds());
      }
      try {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted", e);
      }
      Optional<byte[]> now = read(folder, file);
      Optional<Note> alive = now.flatMap(Lease::parse).filter(note -> !note.released());
      if (alive.isPresent()
          && !alive.get().isOfThisMachine()
          && !Arrays.equals(now.get(), seen.get())) {
        throw refusal(alive, output);
      }
      seen = now;
    }
  }

  private static UsageException refusal(Optional<Note> holder, String output) {
    return new UsageException(
        String.format(
            "--output: another run (%s) is writing %s; stop it, or give another --output",
            describe(holder), output));
  }

  private static String describe(Optional<Note> holder) {
    return holder
        .map(
            note ->
                String.format(
                    "process %d%s, since %s",
                    note.process(),
                    note.isOfThisMachine() ? "" : " of another machine",
                    note.since()))
        .orElse("just starting");
  }

  private static Optional<byte[]> read(Folder folder, String file) throws IOException {
    try (InputStream in = folder.open(file)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Nothing, if the file is damaged. Leases of the first format have no envelope. */
  private static Optional<Note> parse(byte[] content) {
    try {
      byte[] json =
          SealedContent.isSealed(content)
              ? SealedContent.open(SealedContent.Kind.lease, PREFIX, content)
              : content;
      return Optional.of(JSON.readValue(json, Note.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private synchronized void beat() {
    try {
      write(note.next());
      Troubles.over(TROUBLE);
    } catch (IOException e) {
      Troubles.warn(
          LOG,
          TROUBLE,
          "The lease of {} cannot be renewed yet: {}",
          ledger.folder(),
          e.getMessage());
    }
  }

  private void write(Note next) throws IOException {
    ledger
        .folder()
        .write(file, ledger.temporary(), out -> out.write(next.toBytes()), Durability.UNSYNCED);
    note = next;
    renewedNanos = System.nanoTime();
  }

  /** How long ago it was renewed, or taken. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - renewedNanos);
  }

  /** Whether it was renewed so lately that no other run can have taken it for lost. */
  public boolean isFresh() {
    return age().compareTo(LOST_AFTER) < 0;
  }

  /** Gives it back. */
  @Override
  public void close() throws IOException {
    // Not interrupted: what it is at is finished first.
    heart.shutdown();
    synchronized (this) {
      write(note.release());
    }
  }
}
