package io.tailrace.sql;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
}
