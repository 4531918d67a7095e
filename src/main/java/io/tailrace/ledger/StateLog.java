package io.tailrace.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.storage.Durability;
import io.tailrace.table.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of something that is computed from units in their order, as numbered entries in the
 * ledger. Each has the whole state, and the files of logs that came with it. The newest one counts;
 * as each is created if it is absent, of several who go on from a state one succeeds.
 *
 * @param name the name of the states, which is that of the tables in receipts that they are
 *     computed from
 */
public record StateLog(EntryFolder entries, String name) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);
  private static final Set<String> WARNED_OF = ConcurrentHashMap.newKeySet();

  /**
   * A state.
   *
   * @param number 1 for the first state, then one more each
   * @param nextUnit the first unit that is not in it
   * @param nextPlan the plan of that unit, or one before
   * @param files the files that came with it, by their logs
   * @param state the state, encoded
   */
  public record Entry(
      long number, long nextUnit, long nextPlan, Map<String, List<LogFile>> files, byte[] state) {}

  private record Header(long nextUnit, long nextPlan, Map<String, List<LogFile>> files) {}

  /** Whether there is no state, not even one that cannot be read. */
  public boolean isEmpty() throws IOException {
    return numbers().isEmpty();
  }

  /** The newest state, if there is one. */
  public Optional<Entry> newest() throws IOException {
    List<Long> numbers = numbers();
    for (int i = numbers.size() - 1; i >= 0; i--) {
      Optional<Entry> entry = read(numbers.get(i));
      if (entry.isPresent()) {
        return entry;
      }
    }
    if (!numbers.isEmpty()) {
      throw new DamagedFileException(
          path(numbers.get(numbers.size() - 1)), "no state of " + name + " can be read");
    }
    return Optional.empty();
  }

  /**
   * Creates the state behind the newest.
   *
   * @return whether this call has created it; otherwise another run was faster
   */
  public boolean append(
      Optional<Entry> newest,
      long nextUnit,
      long nextPlan,
      Map<String, List<LogFile>> files,
      byte[] state)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(JSON.writeValueAsBytes(new Header(nextUnit, nextPlan, files)));
    content.write('\n');
    content.write(state);
    long number = newest.map(Entry::number).orElse(0L) + 1;
    return entries.create(entry(number), content.toByteArray(), Durability.SYNCED);
  }

  /** Lets the newest state go on behind all units that are planned by now. */
  void skipPlanned(Ledger ledger) throws IOException {
    try {
      Optional<Entry> newest;
      do {
        newest = newest();
      } while (newest.isPresent() && isOvertaken(ledger, newest.get()));
    } catch (DamagedFileException e) {
      LOG.warn("{}; receipts wait for it as long as it cannot be read", e.getMessage());
    }
  }

  /** Skips behind a state, and tells whether another run has created the next one meanwhile. */
  private boolean isOvertaken(Ledger ledger, Entry newest) throws IOException {
    PlanReader plans = ledger.plansFrom(newest.nextPlan());
    long nextPlan = newest.nextPlan();
    long nextUnit = newest.nextUnit();
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); nextPlan++) {
      for (Unit unit : plan.get().units()) {
        nextUnit = Math.max(nextUnit, unit.number() + 1);
      }
    }
    return nextUnit > newest.nextUnit()
        && !append(Optional.of(newest), nextUnit, nextPlan, Map.of(), newest.state());
  }

  /** The states behind a number that can be read. */
  List<Entry> after(long number) throws IOException {
    List<Entry> all = new ArrayList<>();
    for (long each : numbers()) {
      if (each > number) {
        read(each).ifPresent(all::add);
      }
    }
    return all;
  }

  /** Deletes the states up to a number. */
  void delete(long through) throws IOException {
    entries.delete(name + "-", entry -> number(entry) <= through);
  }

  private Optional<Entry> read(long number) throws IOException {
    try {
      Optional<byte[]> content = entries.read(entry(number));
      return content.isEmpty() ? Optional.empty() : Optional.of(parse(number, content.get()));
    } catch (DamagedFileException e) {
      if (WARNED_OF.add(e.file())) {
        LOG.warn("{}; {} goes on from the state before", e.getMessage(), name);
      }
      return Optional.empty();
    }
  }

  private static Entry parse(long number, byte[] content) throws IOException {
    int line = Ledger.lengthOfLine(content);
    Header header =
        JSON.readValue(new String(content, 0, line, StandardCharsets.UTF_8), Header.class);
    byte[] state = Arrays.copyOfRange(content, line + 1, content.length);
    return new Entry(number, header.nextUnit(), header.nextPlan(), header.files(), state);
  }

  private List<Long> numbers() throws IOException {
    return entries.names(name + "-").stream().map(this::number).toList();
  }

  private String entry(long number) {
    return name + String.format("-%010d", number);
  }

  private String path(long number) {
    return entries.path(entry(number));
  }

  private long number(String entry) {
    return Long.parseLong(entry.substring(name.length() + 1));
  }
}
