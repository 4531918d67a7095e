package io.tailrace.query;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Manifest;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the dead letters of an output by their reasons. Each file is read once, and no count ever
 * becomes less.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class DeadLetterReasons implements AutoCloseable {

  /**
   * Stands for all reasons but the first {@value #MOST_REASONS}: some quote what they are about.
   */
  public static final String OTHER = "other";

  /** Stands for the reasons in files that cannot be read, or that no ledger names. */
  public static final String UNKNOWN = "unknown";

  private static final int MOST_REASONS = 50;
  private static final int FILES_AT_ONCE = 500;
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterReasons.class);

  private final Folder output;
  private final Ledger ledger;
  private final LogFileReader reader = new LogFileReader();
  private final Set<String> known = new HashSet<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private Manifest manifest;
  private long sum;

  public DeadLetterReasons(Folder output) {
    this.output = output;
    this.ledger = Ledger.of(output);
  }

  /**
   * The counts by reason.
   *
   * @param total how many dead letters there are at least: while all of them are known nothing is
   *     read
   */
  public Map<String, Long> counts(long total) throws IOException {
    Optional<Ledger.Identity> identity = sum < total ? ledger.identity() : Optional.empty();
    if (identity.isPresent() && identity.get().reader().equals(Reader.textio.name())) {
      return Map.of(UNKNOWN, total);
    }
    if (identity.isPresent()) {
      readNew(DeadLetter.LOG.inFiles(identity.get().logFormat()));
    }
    return Map.copyOf(counts);
  }

  private void readNew(LogTable log) throws IOException {
    if (manifest == null) {
      manifest = new Manifest(ledger);
    }
    try {
      manifest.refresh(false);
    } catch (DamagedFileException e) {
      LOG.warn("Dead letters of its unit are not counted by their reasons: {}", e.getMessage());
    }
    List<LogFile> unread =
        manifest.files(log.name()).stream().filter(file -> !known.contains(file.name())).toList();
    for (int from = 0; from < unread.size(); from += FILES_AT_ONCE) {
      read(log, unread.subList(from, Math.min(unread.size(), from + FILES_AT_ONCE)));
    }
  }

  private void read(LogTable log, List<LogFile> files) throws IOException {
    List<String> names = files.stream().map(LogFile::name).toList();
    try {
      reader.counts(output.folder(log.name()), names, log, "reason").forEach(this::add);
    } catch (DamagedFileException e) {
      if (files.size() > 1) {
        for (LogFile file : files) {
          read(log, List.of(file));
        }
        return;
      }
      LOG.warn("Its dead letters are counted without their reasons: {}", e.getMessage());
      add(UNKNOWN, files.get(0).rows());
    }
    known.addAll(names);
  }

  private void add(String reason, long count) {
    boolean isNamed = counts.containsKey(reason) || counts.size() < MOST_REASONS;
    counts.merge(isNamed ? reason : OTHER, count, Long::sum);
    sum += count;
  }

  @Override
  public void close() {
    reader.close();
  }
}
