package io.tailrace.pipelines;

import static io.tailrace.pipelines.MessageUnit.take;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.feed.Feed;
import io.tailrace.feed.RecordFunction;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.run.RunCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** What game-events makes of messages; {@code GameEventsIT} has the broker. */
public final class GameEventsTest {

  private static final String SWORD =
      "{\"Host\":\"Player 1\",\"event_type\":\"sword_event\",\"direction\":\"increase\"}";

  private final LogPipeline pipeline = Pipelines.GAME_EVENTS;
  private final MessageUnit unit = new MessageUnit();

  private static TailraceOptions options(LogPipeline pipeline, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--output=none", "--topic=events"));
    arguments.addAll(List.of(more));
    return RunCommand.options(pipeline, arguments);
  }

  @Test
  public void eventsBecomeRowsAndReports() {
    RecordFunction.UnitRecords records = pipeline.records(options(pipeline)).begin(unit, unit);
    for (String message :
        List.of(SWORD, "{\"event_type\":\"default\"}", SWORD, "{\"event_type\":\"guild_event\"}")) {
      assertThat(take(records, message), is(Optional.empty()));
      unit.setOffset(unit.offset() + 1);
    }
    assertThat(
        unit.rows(),
        contains(
            SWORD + "|1767225600123000|null|Player 1|null|sword_event|increase|null|2|0",
            SWORD + "|1767225600123000|null|Player 1|null|sword_event|increase|null|2|2",
            "{\"event_type\":\"guild_event\"}"
                + "|1767225600123000|null|null|null|guild_event|null|null|2|3"));
    assertThat(
        shown("events_by_type"),
        containsInAnyOrder("sword_event|increase|2", "default||1", "guild_event||1"));
    assertThat(
        shown("events_by_host"),
        containsInAnyOrder("Player 1|sword_event|2", "|default|1", "|guild_event|1"));
  }

  @Test
  public void whatIsNoEventSaysWhy() {
    RecordFunction.UnitRecords records = pipeline.records(options(pipeline)).begin(unit, unit);
    assertThat(take(records, "{\"Host\":\"x\"}"), is(Optional.of("no event_type")));
    assertThat(take(records, "[]"), is(Optional.of("not a JSON object")));
    unit.setTimestamp(Long.MAX_VALUE);
    assertThat(
        take(records, SWORD),
        is(Optional.of("the timestamp 9223372036854775807 ms is after the year 9999")));
    assertThat(unit.rows(), is(List.of()));
  }

  @Test
  public void aFileOfSqlReadsATopic() {
    String table = "CREATE EXTERNAL TABLE events TYPE game_events";
    String log = "CREATE STREAMING TABLE l AS SELECT Host, kafka_offset AS o FROM events;";
    SqlPipeline own = SqlPipeline.of(new Ledger.Sql("own.sql", table + ";" + log));
    take(own.records(options(own, "--bootstrapServers=none")).begin(unit, unit), SWORD);
    assertThat(unit.rows(), contains("Player 1|0"));
    assertThat(
        refused(() -> Feed.of(RunCommand.options(own, List.of("--output=none")), "none")),
        is("--topic: give the Kafka topic to read"));
    assertThat(
        refused(() -> options(own, "--input=files")),
        is("--input: events reads the topic of --topic or LOCATION, and no files"));
    assertThat(
        refused(
            () -> SqlPipeline.of(new Ledger.Sql("own.sql", table + " LOCATION 'events';" + log))),
        is("own.sql:1:56: LOCATION: give the topic as 'host:port/topic', not 'events'"));
  }

  private static String refused(Runnable start) {
    return assertThrows(UsageException.class, start::run).getMessage();
  }

  private List<String> shown(String name) {
    Report report =
        pipeline.reports().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    ReportTable table = unit.table(report);
    List<String> shown = new ArrayList<>();
    for (int row = 0; row < table.size(); row++) {
      List<String> values = new ArrayList<>();
      for (Column column : report.shownColumns()) {
        values.add(String.valueOf(column.value().of(report.row(table, row))));
      }
      shown.add(String.join("|", values));
    }
    return shown;
  }
}
