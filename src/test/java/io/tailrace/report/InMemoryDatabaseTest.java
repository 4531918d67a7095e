package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.h2.api.ErrorCode;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whoever has the password that a run gives away may read its reports and do nothing else. */
public final class InMemoryDatabaseTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private InMemoryDatabase database;
  private Connection owner;
  private Connection reader;

  @Before
  public void start() throws SQLException {
    database = InMemoryDatabase.start();
    owner = database.connection().open();
    reader = database.reading().open();
    execute(owner, "CREATE TABLE volume (serverID VARCHAR PRIMARY KEY, records BIGINT)");
    execute(owner, "INSERT INTO volume VALUES ('s1', 7)");
  }

  @After
  public void close() throws SQLException {
    reader.close();
    owner.close();
    database.close();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT serverID, records FROM volume")) {
      return rows.next() ? rows.getString(1) + " " + rows.getLong(2) : "";
    }
  }

  @Test
  public void tablesThatComeLaterAreReadToo() throws SQLException {
    execute(owner, "CREATE TABLE later (id INTEGER); INSERT INTO later VALUES (1)");
    try (Statement statement = reader.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT records + id FROM volume CROSS JOIN later")) {
      assertThat(rows.next(), is(true));
      assertThat(rows.getLong(1), is(8L));
    }
  }

  @Test
  public void nothingElseIsAllowed() throws Exception {
    Path file = Files.writeString(folder.getRoot().toPath().resolve("x"), "secret");
    String written = folder.getRoot().toPath().resolve("written").toString();
    for (String sql :
        List.of(
            "CREATE ALIAS now_millis FOR 'java.lang.System.currentTimeMillis'",
            "CREATE ALIAS run AS 'void run() {}'",
            "CREATE TRIGGER t BEFORE SELECT ON volume CALL 'x'",
            "CREATE AGGREGATE a FOR 'x'",
            "SELECT FILE_READ('" + file + "')",
            "SELECT FILE_WRITE('x', '" + written + "')",
            "CALL CSVWRITE('" + written + "', 'SELECT 1')",
            "SELECT * FROM CSVREAD('" + file + "')",
            "SELECT * FROM LINK_SCHEMA('s', '', 'jdbc:h2:mem:other', 'sa', '', 'PUBLIC')",
            "CREATE LINKED TABLE l ('', 'jdbc:h2:mem:other', 'sa', '', 't')",
            "SCRIPT",
            "SCRIPT TO '" + written + "'",
            "RUNSCRIPT FROM '" + file + "'",
            "BACKUP TO '" + written + "'",
            "INSERT INTO volume VALUES ('s2', 1)",
            "MERGE INTO volume VALUES ('s1', 1)",
            "UPDATE volume SET records = 1",
            "DELETE FROM volume",
            "TRUNCATE TABLE volume",
            "DROP TABLE volume",
            "ALTER TABLE volume ADD COLUMN x INTEGER",
            "CREATE INDEX i ON volume (records)",
            "COMMENT ON TABLE volume IS 'mine'",
            "CREATE TABLE mine (id INTEGER)",
            "CREATE VIEW mine AS SELECT 1 AS id",
            "CREATE SCHEMA mine",
            "CREATE USER other PASSWORD 'x'",
            "CREATE USER other PASSWORD 'x' ADMIN",
            "ALTER USER TAILRACE ADMIN TRUE",
            "ALTER USER OWNER SET PASSWORD 'x'",
            "GRANT ALL ON SCHEMA PUBLIC TO TAILRACE",
            "CREATE ROLE r",
            "DROP ALL OBJECTS",
            "DROP ALL OBJECTS DELETE FILES",
            "SET EXCLUSIVE 2",
            "SET MODE PostgreSQL",
            "SET TRACE_LEVEL_FILE 3",
            "SET ALLOW_LITERALS NONE",
            "SET DATABASE_EVENT_LISTENER 'x'",
            "SET DB_CLOSE_DELAY 1",
            "SET MAX_MEMORY_ROWS 1",
            "SET DEFAULT_LOCK_TIMEOUT 1",
            "SHUTDOWN",
            "SHUTDOWN IMMEDIATELY",
            "CHECKPOINT",
            "SELECT ABORT_SESSION(1)",
            "SELECT CANCEL_SESSION(1)")) {
      SQLException refusal = assertThrows(sql, SQLException.class, () -> execute(reader, sql));
      assertThat(
          sql + ": " + refusal.getMessage(),
          List.of(ErrorCode.ADMIN_RIGHTS_REQUIRED, ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1)
              .contains(refusal.getErrorCode()),
          is(true));
    }
    assertThat(Files.exists(Path.of(written)), is(false));
    assertThat(read(reader), is("s1 7"));
  }

  @Test
  public void noOtherDatabaseIsMade() {
    String url = database.reading().url();
    for (String other :
        List.of(
            url.substring(0, url.lastIndexOf('/') + 1) + "mem:other",
            url.substring(0, url.lastIndexOf('/') + 1) + folder.getRoot() + "/other",
            url + ";INIT=CREATE ALIAS run AS 'void run() {}'")) {
      ReportConnection connection =
          new ReportConnection(other, database.reading().user(), database.reading().password());
      assertThrows(other, SQLException.class, connection::open);
    }
  }

  @Test
  public void theOwnersPasswordIsNotThatOfTheReader() {
    ReportConnection asOwner =
        new ReportConnection(
            database.reading().url(), database.connection().user(), database.reading().password());
    assertThrows(SQLException.class, asOwner::open);
    assertThat(
        database.reading().password(), not(containsString(database.connection().password())));
  }
}
