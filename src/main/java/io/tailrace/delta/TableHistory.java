package io.tailrace.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What came into a table, version by version, as its log and the ledger say. */
public final class TableHistory {

  private static final Pattern COMMIT = Pattern.compile("([0-9]{20})\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A version.
   *
   * @param operation what made it
   * @param inputFiles the names of the files of the input whose rows were added, if a run did it
   */
  public record Entry(
      long version,
      Instant time,
      String operation,
      long filesAdded,
      long filesRemoved,
      long rowsAdded,
      List<String> inputFiles) {}

  private final Folder log;
  private final NavigableMap<Long, List<String>> inputsByUnit = new TreeMap<>();
  private final String writer;
  private long lastUnit;

  private TableHistory(Folder table, Ledger ledger) throws IOException {
    this.log = table.folder("_delta_log");
    this.writer = ledger.identity().map(Ledger.Identity::id).orElse("");
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        inputsByUnit.put(
            unit.number(),
            unit.slices().stream()
                .map(slice -> slice.source().substring(slice.source().lastIndexOf('/') + 1))
                .distinct()
                .toList());
      }
    }
  }

  /**
   * All versions whose part of the log is there, the newest first.
   *
   * @param table the folder of the table
   * @param ledger of the runs that write it
   */
  public static List<Entry> of(Folder table, Ledger ledger) throws IOException {
    return new TableHistory(table, ledger).read();
  }

  private List<Entry> read() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String name : log.list("0", ".json")) {
      Matcher commit = COMMIT.matcher(name);
      if (commit.matches()) {
        entries.add(0, read(Long.parseLong(commit.group(1)), name));
      }
    }
    return entries;
  }

  private Entry read(long version, String name) throws IOException {
    Instant time = Instant.EPOCH;
    String operation = "";
    long filesAdded = 0;
    long filesRemoved = 0;
    long rows = 0;
    List<String> inputs = List.of();
    boolean dataChange = false;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(log.open(name), StandardCharsets.UTF_8))) {
      for (String line; (line = in.readLine()) != null; ) {
        JsonNode action = JSON.readTree(line);
        if (action.has("commitInfo")) {
          JsonNode info = action.get("commitInfo");
          time =
              Instant.ofEpochMilli(
                  info.path("inCommitTimestamp").asLong(info.path("timestamp").asLong()));
          operation = info.path("operation").asText();
        } else if (action.has("add")) {
          filesAdded++;
          dataChange |= action.get("add").path("dataChange").asBoolean(true);
          rows += rows(action.get("add"));
        } else if (action.has("remove")) {
          filesRemoved++;
        } else if (action.has("txn") && action.get("txn").path("appId").asText().equals(writer)) {
          inputs = inputsUpTo(action.get("txn").path("version").asLong(), version);
        }
      }
    }
    return new Entry(
        version, time, operation, filesAdded, filesRemoved, dataChange ? rows : 0, inputs);
  }

  private static long rows(JsonNode add) throws IOException {
    String statistics = add.path("stats").asText("");
    return statistics.isEmpty() ? 0 : JSON.readTree(statistics).path("numRecords").asLong();
  }

  /** What was read since the version before that a run has made. */
  private List<String> inputsUpTo(long unit, long version) {
    // Of the first version that is left of a log nobody knows where it began.
    boolean known = lastUnit > 0 || version <= 1;
    List<String> names =
        inputsByUnit.subMap(lastUnit, false, unit, true).values().stream()
            .flatMap(List::stream)
            .distinct()
            .toList();
    lastUnit = unit;
    return known ? names : List.of();
  }
}
