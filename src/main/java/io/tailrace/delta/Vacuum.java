package io.tailrace.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Glob;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import io.tailrace.table.LogFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes files of a table that its newest version does not have: those that were merged into
 * others, and those that an attempt left that was cut short. Versions that had them cannot be read
 * any more.
 */
public final class Vacuum {

  private static final String DATA = ".parquet";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Folder folder;
  private final DeltaTable table;
  private final Ledger ledger;

  /**
   * @param folder of the table
   * @param ledger of the runs that write it
   */
  public Vacuum(Folder folder, Ledger ledger) {
    this.folder = folder;
    this.table = DeltaTable.in(folder);
    this.ledger = ledger;
  }

  /**
   * Deletes files that are old enough.
   *
   * @param retention files that were written, or taken out of the table, since then are kept
   * @return how many were deleted
   */
  public long run(Duration retention) throws IOException {
    long before = System.currentTimeMillis() - retention.toMillis();
    // Listed first, because what comes then may belong to the version that is looked at next.
    List<StoredFile> files =
        Storages.of(folder.path()).list(new Glob(folder.path() + "/*" + DATA)).stream()
            .filter(file -> file.modified() < before)
            .toList();
    Set<String> kept = toBeCommitted();
    kept.addAll(inUseSince(before));
    long deleted = 0;
    for (StoredFile file : files) {
      if (!kept.contains(file.name())) {
        folder.delete(file.name());
        deleted++;
      }
    }
    return deleted;
  }

  /** Of the newest version, and what was taken out of the table since a time. */
  private Set<String> inUseSince(long time) throws IOException {
    TableVersion newest =
        table.newest().orElseThrow(() -> new IOException(folder.path() + " is no Delta table"));
    Set<String> names = new HashSet<>();
    newest.files().forEach(file -> names.add(nameOf(file.path())));
    Folder log = folder.folder("_delta_log");
    List<String> commits = new ArrayList<>(log.list("0", ".json"));
    Collections.reverse(commits);
    for (String commit : commits) {
      if (commit.matches("[0-9]{20}\\.json")) {
        Set<String> removed = new HashSet<>();
        if (removedBy(log, commit, removed) < time) {
          break;
        }
        names.addAll(removed);
      }
    }
    return names;
  }

  /** Gives the time of a commit, and the names of what it has taken out of the table. */
  private static long removedBy(Folder log, String commit, Set<String> names) throws IOException {
    long time = Long.MAX_VALUE;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(log.open(commit), StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        JsonNode action = JSON.readTree(line);
        if (action.has("remove")) {
          names.add(nameOf(action.get("remove").path("path").asText()));
        } else if (action.has("commitInfo")) {
          time = action.get("commitInfo").path("timestamp").asLong(time);
        }
      }
    }
    return time;
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Of units whose receipts say that they are written, but which no version has yet. */
  private Set<String> toBeCommitted() throws IOException {
    String writer = ledger.identity().orElseThrow().id();
    long position = table.position(writer);
    Set<String> names = new HashSet<>();
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        if (unit.number() > position) {
          Optional<Receipt> receipt = plan.get().receipt(ledger, unit);
          receipt.ifPresent(
              known ->
                  known.filesOf(nameOf(folder.path())).stream()
                      .map(LogFile::name)
                      .forEach(names::add));
        }
      }
    }
    return names;
  }
}
