package io.tailrace.textio;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.api.Trigger;

/**
 * A trigger of H2 that notes every state of the rows of the table {@code volume}, as "server,
 * volume, records". A row that is replaced by itself is no new state.
 */
public final class RowHistory implements Trigger {

  private static final List<String> STATES = new CopyOnWriteArrayList<>();

  /** Notes the states of a database's rows from now on, and forgets those of others. */
  static void begin(Connection connection) throws SQLException {
    STATES.clear();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER history AFTER INSERT, UPDATE ON volume FOR EACH ROW CALL '"
              + RowHistory.class.getName()
              + "'");
    }
  }

  /** The states of a server's row, in their order. */
  static List<String> of(String server) {
    List<String> states = new ArrayList<>(STATES);
    states.removeIf(state -> !state.startsWith(server + ", "));
    return states;
  }

  /** How many states there were of all rows. */
  static int size() {
    return STATES.size();
  }

  @Override
  public void fire(Connection connection, Object[] before, Object[] after) {
    if (!Arrays.equals(before, after)) {
      STATES.add(String.format("%s, %s, %s", after[0], after[1], after[after.length - 1]));
    }
  }
}
