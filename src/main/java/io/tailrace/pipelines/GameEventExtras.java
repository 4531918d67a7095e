package io.tailrace.pipelines;

import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What game-events has beside its SQL: a chart, and events of which Redis is told. */
final class GameEventExtras implements Extras {

  private static final String VALID_EVENTS = "valid_events";
  private static final String EVENTS_BY_TYPE = "events_by_type";

  @Override
  public String name() {
    return "game-events";
  }

  @Override
  public String description() {
    return "What players did, as a table to query, from the events of a game on a Kafka topic";
  }

  @Override
  public String check() {
    return "that --topic is one of JSON objects";
  }

  @Override
  public Class<GameEventsOptions> options() {
    return GameEventsOptions.class;
  }

  @Override
  public Set<String> laterReports() {
    return Set.of("events_per_minute");
  }

  @Override
  public Optional<RowCondition> noticed(List<LogTable> logs, TailraceOptions options) {
    LogTable events =
        logs.stream().filter(log -> log.name().equals(VALID_EVENTS)).findFirst().orElseThrow();
    try {
      String condition = options.as(GameEventsOptions.class).getNotifyOn();
      return Optional.of(RowCondition.parse(events.in(options.getLogFormat()), condition));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--notifyOn: " + e.getMessage(), e);
    }
  }

  /** Its reports have counted all records, and no more. */
  @Override
  public Map<String, List<EarlierMeasure>> earlierMeasures() {
    return Map.of(EVENTS_BY_TYPE, List.of(), "events_by_host", List.of());
  }
}
