package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.metrics.Troubles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slices of files that could not be read. They are looked at again at the next poll and then ever
 * more rarely, up to once a minute, and are planned again when they can be read: what stays
 * unreadable costs no plans. A damaged file is looked at again when it has changed.
 */
final class UnreadSlices implements AutoCloseable {

  private static final long LONGEST_RETRY_MILLIS = 60_000;

  /** Looking at a slice again takes at most about this part of the time. */
  private static final int PART_OF_TIME = 10;

  private static final Logger LOG = LoggerFactory.getLogger(UnreadSlices.class);

  /** A slice to look at again, and to plan again if it can be read. */
  private static final class Retry {
    private final RetryNote note;
    private long notBefore;
    private int failedLooks;

    /** The slice of the version that is known to be damaged, if one is. */
    private Slice damaged;

    /** What was said last of why it cannot be read. */
    private String said;

    Retry(RetryNote note, long notBefore) {
      this.note = note;
      this.notBefore = notBefore;
      if (note.damaged()) {
        damaged = note.slice();
      }
    }

    boolean isDamaged(Slice slice) {
      return damaged != null
          && !slice.isOfGrowingFile()
          && damaged.isVersion(slice.size(), slice.modified());
    }
  }

  /** Takes what is read in order to see whether that can be done. */
  private static final class Look implements SliceReader.Contents {

    @Override
    public void line(byte[] bytes, int from, int to, long length, long offset, long index) {}

    @Override
    public void arrayWithoutEnd(long offset, long index) {}

    @Override
    public void message(
        ConsumerRecord<ByteBuffer, ByteBuffer> message, byte[] bytes, int from, int to) {}

    @Override
    public void gone(long from, long to) {}

    @Override
    public void damaged(long offset, String reason) {}
  }

  /** Decides what is read for a note. */
  @FunctionalInterface
  interface Choice {
    /**
     * @return the slices to read, none if the note asks in vain, and nothing to decide later
     */
    Optional<List<Slice>> of(RetryNote note) throws IOException;
  }

  private final Ledger ledger;
  private final Feed feed;
  private final Packs packs;
  private final Set<String> answeredNotes = new HashSet<>();
  private final Map<String, Retry> retries = new TreeMap<>();
  private Checkpoint checkpoint;
  private SliceReader reader;

  UnreadSlices(Ledger ledger, Feed feed, Packs packs) {
    this.ledger = ledger;
    this.feed = feed;
    this.packs = packs;
  }

  void remember(Checkpoint newest) {
    checkpoint = newest;
  }

  void remember(Plan plan) {
    answeredNotes.addAll(plan.answeredNotes());
    retries.keySet().removeAll(plan.answeredNotes());
  }

  /** A new run tries at once what the last one could not read. */
  void begin() throws IOException {
    takeNotes(note -> 0, false);
  }

  /** Takes the notes that units have left since. */
  void takeNotes(long now) throws IOException {
    takeNotes(note -> now + waitForUnit(note), true);
  }

  /** The files that they are in, by the names that these had. */
  Set<String> sources() {
    return retries.values().stream()
        .map(retry -> retry.note.slice().source())
        .collect(Collectors.toSet());
  }

  /** What tells the files that they are in from all others, as far as that is known. */
  Set<String> fileKeys() {
    return retries.values().stream()
        .map(retry -> retry.note.slice().fileKey())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /**
   * Adds packs of the slices that now can be read.
   *
   * @return the names of the notes that asked for it
   */
  List<String> plan(List<Finder.Pack> into, Choice choice, long now) throws IOException {
    List<String> answered = new ArrayList<>();
    Map<Integer, List<Slice>> slicesByAttempt = new TreeMap<>();
    for (Retry retry : retries.values()) {
      RetryNote note = retry.note;
      Optional<List<Slice>> chosen = now < retry.notBefore ? Optional.empty() : choice.of(note);
      if (chosen.isEmpty()) {
        continue;
      }
      List<Slice> slices = chosen.get();
      if (slices.isEmpty()) {
        answered.add(note.name());
        Troubles.over(note.slice().source());
      } else if (retry.isDamaged(slices.get(0))) {
        say(retry, retry.said == null ? note.reason() : retry.said);
      } else if (canBeRead(slices.get(0), retry, now)) {
        slicesByAttempt
            .computeIfAbsent(note.attempt(), attempt -> new ArrayList<>())
            .addAll(slices);
        answered.add(note.name());
        Troubles.over(note.slice().source());
      }
    }
    slicesByAttempt.forEach((attempt, slices) -> into.addAll(packs.pack(slices, attempt)));
    return answered;
  }

  /** Reads a slice to nowhere: a unit that could not read it would be noted for ever. */
  private boolean canBeRead(Slice slice, Retry retry, long now) {
    if (reader == null) {
      reader = feed.newReader();
    }
    long began = System.nanoTime();
    String problem;
    boolean damaged = false;
    try {
      reader.read(slice, new Look());
      return true;
    } catch (UnreadableException e) {
      problem = e.getMessage();
      damaged = e.isDamaged();
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    long wait = Math.min(LONGEST_RETRY_MILLIS, doubled(feed.pollMillis(), retry.failedLooks++));
    retry.notBefore = now + Math.max(wait, took * PART_OF_TIME);
    retry.damaged = damaged ? slice : null;
    say(retry, problem);
    return false;
  }

  /** Says why a slice cannot be read, unless that was said last. */
  private static void say(Retry retry, String problem) {
    if (!problem.equals(retry.said)) {
      Troubles.warn(
          LOG,
          retry.note.slice().source(),
          "{} can still not be read and is tried again{}: {}",
          retry.note.slice().source(),
          retry.damaged == null ? "" : " when it has changed",
          problem);
      retry.said = problem;
    }
  }

  /**
   * @param said whether units of this run have said why slices could not be read
   */
  private void takeNotes(ToLongFunction<RetryNote> notBefore, boolean said) throws IOException {
    for (RetryNote note : ledger.retryNotes(retries.keySet())) {
      if (answeredNotes.contains(note.name()) || isStale(note)) {
        ledger.deleteRetryNote(note.name());
      } else {
        Retry retry = new Retry(note, notBefore.applyAsLong(note));
        retry.said = said ? note.reason() : null;
        retries.put(note.name(), retry);
      }
    }
  }

  /** Whether a run that has lost its rights has noted again what was answered long ago. */
  private boolean isStale(RetryNote note) {
    return note.unit() <= checkpoint.lastUnit() && !checkpoint.retries().contains(note);
  }

  /**
   * Nothing after the first unit that could not read a slice, then one poll interval, then twice as
   * long each time: should units fail though looks do not, there is still no end of plans.
   */
  private long waitForUnit(RetryNote note) {
    return note.attempt() < 2 ? 0 : doubled(feed.pollMillis(), note.attempt() - 2);
  }

  static long doubled(long millis, int times) {
    return millis << Math.min(30, times);
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
