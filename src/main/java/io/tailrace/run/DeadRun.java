package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.TextTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last line of a run of which every record is a dead letter. */
final class DeadRun {

  private static final int REASONS = 3;
  private static final int MOST_EXAMPLE_CHARACTERS = 80;

  private final LogPipeline pipeline;
  private final Folder output;
  private final Ledger.Run run;

  /**
   * @param run the run, as it began
   */
  DeadRun(LogPipeline pipeline, Folder output, Ledger.Run run) {
    this.pipeline = pipeline;
    this.output = output;
    this.run = run;
  }

  /** Prints the line, if the run was such. */
  void tell(PrintStream out) throws IOException {
    Ledger ledger = Ledger.of(output);
    PlanReader plans = ledger.plansFrom(run.firstPlan());
    long deadLetters = 0;
    String first = null;
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        Optional<Receipt> receipt = plan.get().receipt(ledger, unit);
        if (receipt.isPresent() && receipt.get().counts().records() > 0) {
          return;
        }
        deadLetters += receipt.map(known -> known.counts().deadLetters()).orElse(0L);
        first = first == null ? unit.name() : first;
      }
    }
    if (deadLetters > 0) {
      out.println(line(deadLetters, first));
    }
  }

  private String line(long deadLetters, String firstFile) throws IOException {
    return String.format(
        "%s: %s. Check %s; query \"SELECT * FROM dead_letters\" --output=%s shows them",
        deadLetters == 1
            ? "The only record is a dead letter"
            : String.format("All %,d records are dead letters", deadLetters),
        reasons(firstFile),
        pipeline.check(),
        output.path());
  }

  private String reasons(String firstFile) throws IOException {
    List<String> reasons = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      engine.reasons(
          firstFile,
          rows -> {
            int others = 0;
            while (rows.next()) {
              if (reasons.size() < REASONS) {
                reasons.add(reason(rows));
              } else {
                others++;
              }
            }
            if (others > 0) {
              reasons.add(others == 1 ? "and 1 other reason" : "and " + others + " other reasons");
            }
          });
    } catch (SQLException | UsageException e) {
      throw new IOException("Dead letters cannot be read: " + e.getMessage(), e);
    }
    return String.join("; ", reasons);
  }

  private static String reason(ResultSet row) throws SQLException {
    String raw = TextTable.printable(row.getString("raw"));
    if (raw.codePointCount(0, raw.length()) > MOST_EXAMPLE_CHARACTERS) {
      raw = raw.substring(0, raw.offsetByCodePoints(0, MOST_EXAMPLE_CHARACTERS)) + "...";
    }
    return String.format(
        "%s (%,d of them, such as '%s' in %s)",
        TextTable.printable(row.getString("reason")),
        row.getLong("count"),
        raw,
        TextTable.printable(row.getString("source")));
  }
}
