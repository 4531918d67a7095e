package io.tailrace.query;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The line numbers of dead letters. A dead letter in a slice behind the first of its file has the
 * number of its line in the slice; receipts have the number of lines of each slice. The sum is the
 * line in the file, or null as long as a slice before has no receipt, or one that is without that
 * number, as they were once.
 *
 * <p>Not safe for use by more than one thread.
 */
final class LineNumbers {

  /** A schema of its own keeps the table out of lists of tables. */
  private static final String SCHEMA = "internal";

  private static final String NAME = "dead_letter_slices";
  private static final String TABLE = SCHEMA + "." + NAME;
  private static final String LINES_BEFORE = "linesBefore";

  /** A plan's mention of a slice. A slice that could not be read is in a later plan again. */
  private record Mention(PlanEntry plan, Unit unit, int place) {

    Slice slice() {
      return unit.slices().get(place);
    }
  }

  /** A slice of a file that is read in more than one. */
  private static final class Part {
    private final List<Mention> mentions = new ArrayList<>();
    private long to;
    private Optional<Long> lines = Optional.empty();

    boolean isOfOne(Set<String> sources) {
      return mentions.stream().anyMatch(mention -> sources.contains(mention.slice().source()));
    }
  }

  private final Ledger ledger;
  private final Connection duck;
  private final PlanReader plans;

  /** The parts of each file, by where they begin. */
  private final Map<String, TreeMap<Long, Part>> parts = new HashMap<>();

  /** The same of files that are followed, by their numbers: names are not theirs for ever. */
  private final Map<Long, TreeMap<Long, Part>> followed = new HashMap<>();

  LineNumbers(Ledger ledger, Connection duck) {
    this.ledger = ledger;
    this.duck = duck;
    this.plans = ledger.plansFrom(1);
  }

  /**
   * Brings the table of slices up to date.
   *
   * @param deadLetters selects the dead letters as their files have them; none need a line number
   *     if it is empty
   */
  void define(Optional<String> deadLetters) throws IOException, SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
      statement.execute(
          String.format(
              "CREATE OR REPLACE TABLE %s (source VARCHAR, \"%s\" BIGINT, \"%s\" BIGINT)",
              TABLE, DeadLetter.SLICE_OFFSET, LINES_BEFORE));
    }
    Map<String, Long> lastSlices =
        deadLetters.isPresent() ? lastSlices(deadLetters.get()) : Map.of();
    if (lastSlices.isEmpty()) {
      return;
    }
    readPlans();
    try (DuckDBAppender appender =
        duck.unwrap(DuckDBConnection.class).createAppender(SCHEMA, NAME)) {
      for (Map.Entry<String, Long> last : lastSlices.entrySet()) {
        append(last.getKey(), last.getValue(), appender);
      }
      for (TreeMap<Long, Part> ofFile : followed.values()) {
        appendFollowed(ofFile, lastSlices.keySet(), appender);
      }
    }
  }

  /** The files that have dead letters behind their first slices, and the last slice of each. */
  private Map<String, Long> lastSlices(String deadLetters) throws SQLException {
    Map<String, Long> last = new HashMap<>();
    String sql =
        String.format(
            "SELECT source, max(\"%1$s\") FROM (%2$s) WHERE \"%1$s\" IS NOT NULL GROUP BY source",
            DeadLetter.SLICE_OFFSET, deadLetters);
    try (Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        last.put(rows.getString(1), rows.getLong(2));
      }
    }
    return last;
  }

  /** Reads the plans that are new. */
  private void readPlans() throws IOException {
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        for (int place = 0; place < unit.slices().size(); place++) {
          Slice slice = unit.slices().get(place);
          if (!slice.isOfTopic() && !slice.isWholeFile() && !slice.isEmpty()) {
            TreeMap<Long, Part> ofFile =
                slice.isOfGrowingFile()
                    ? followed.computeIfAbsent(slice.identity().file(), file -> new TreeMap<>())
                    : parts.computeIfAbsent(slice.source(), source -> new TreeMap<>());
            Part part = ofFile.computeIfAbsent(slice.from(), from -> new Part());
            part.to = slice.to();
            part.mentions.add(new Mention(plan.get(), unit, place));
          }
        }
      }
    }
  }

  /** Appends the lines before each slice, as far as they are known. */
  private void append(String source, long lastSlice, DuckDBAppender appender)
      throws IOException, SQLException {
    long linesBefore = 0;
    long from = 0;
    TreeMap<Long, Part> ofFile = parts.getOrDefault(source, new TreeMap<>());
    for (Part part; from <= lastSlice && (part = ofFile.get(from)) != null; from = part.to) {
      appender.beginRow();
      appender.append(source);
      appender.append(from);
      appender.append(linesBefore);
      appender.endRow();
      Optional<Long> lines = lines(part);
      if (lines.isEmpty()) {
        return;
      }
      linesBefore += lines.get();
    }
  }

  /** The same of a file that is followed, under all names that it has had. */
  private void appendFollowed(
      TreeMap<Long, Part> ofFile, Set<String> sources, DuckDBAppender appender)
      throws IOException, SQLException {
    if (ofFile.values().stream().noneMatch(part -> part.isOfOne(sources))) {
      return;
    }
    long linesBefore = 0;
    long from = 0;
    for (Part part; (part = ofFile.get(from)) != null; from = part.to) {
      for (Mention mention : part.mentions) {
        if (from > 0 && sources.contains(mention.slice().source())) {
          appender.beginRow();
          appender.append(mention.slice().source());
          appender.append(mention.unit().keyOf(mention.slice()));
          appender.append(linesBefore);
          appender.endRow();
        }
      }
      Optional<Long> lines = lines(part);
      if (lines.isEmpty()) {
        return;
      }
      linesBefore += lines.get();
    }
  }

  private Optional<Long> lines(Part part) throws IOException {
    for (int i = part.mentions.size() - 1; i >= 0 && part.lines.isEmpty(); i--) {
      Mention mention = part.mentions.get(i);
      part.lines =
          mention
              .plan()
              .receipt(ledger, mention.unit())
              .map(receipt -> receipt.slices().get(mention.place()))
              .map(Receipt.SliceCounts::lines);
    }
    return part.lines;
  }

  /** Selects dead letters with the numbers of their lines, in any order. */
  static String select(String deadLetters) {
    String columns =
        DeadLetter.LOG.schema().getFields().stream()
            .map(LogTable::column)
            .filter(column -> !DeadLetter.SLICE_COLUMNS.contains(column))
            .map(
                column ->
                    column.equals("line")
                        ? String.format(
                            "CASE WHEN d.\"%s\" IS NULL THEN d.line ELSE s.\"%s\" + d.\"%s\" END"
                                + " AS line",
                            DeadLetter.SLICE_OFFSET, LINES_BEFORE, DeadLetter.SLICE_LINE)
                        : "d." + QueryEngine.quote(column))
            .collect(Collectors.joining(", "));
    return String.format(
        "SELECT %s FROM (%s) d LEFT JOIN %s s ON d.source = s.source AND d.\"%s\" = s.\"%s\"",
        columns, deadLetters, TABLE, DeadLetter.SLICE_OFFSET, DeadLetter.SLICE_OFFSET);
  }
}
