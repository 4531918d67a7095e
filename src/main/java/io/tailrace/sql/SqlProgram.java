package io.tailrace.sql;

import io.tailrace.table.TypedColumn;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of SQL whose statements are bound.
 *
 * @param text the file as it is written
 * @param input what its reports and logs are of
 * @param views questions that are answered when they are asked: their names and SELECTs, in their
 *     order, as one can ask of those before it
 */
public record SqlProgram(
    String text,
    InputTable input,
    List<SqlReport> reports,
    List<SqlLog> logs,
    Map<String, String> views)
    implements Serializable {

  public SqlProgram {
    reports = List.copyOf(reports);
    logs = List.copyOf(logs);
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
  }

  /** The same with one of the properties of its input set. */
  public SqlProgram with(String property, String value) {
    Map<String, String> properties = new HashMap<>(input.properties());
    properties.put(property, value);
    InputTable changed =
        new InputTable(
            input.name(),
            input.columns(),
            input.checks(),
            input.format(),
            input.location(),
            input.topic(),
            properties);
    return new SqlProgram(text, changed, reports, logs, views);
  }

  /** The same with other columns of the input in the logs that grow. */
  public SqlProgram withInput(List<TypedColumn> columns) {
    List<SqlLog> changed =
        logs.stream().map(log -> log.grows() ? log.withInput(columns) : log).toList();
    return new SqlProgram(text, input, reports, changed, views);
  }

  /** The same with no reports but some of its own. */
  public SqlProgram withReports(Set<String> names) {
    List<SqlReport> chosen =
        reports.stream().filter(report -> names.contains(report.name())).toList();
    return new SqlProgram(text, input, chosen, logs, views);
  }
}
