package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeFalse;
import static org.junit.Assume.assumeTrue;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;

/**
 * The report database: whoever may read the run's note can read it, on this machine, and nothing
 * more.
 */
public final class ReportConnectionIT {

  private static final Pattern PRINTED =
      Pattern.compile("Reports: (jdbc:h2:tcp://127\\.0\\.0\\.1:([0-9]+)/\\S+) \\(user (\\w+),");
  private static final String WRONG_PASSWORD_STATE = "28000";
  private static final int CONNECT_MILLIS = 5_000;

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void anyJdbcClientCanRead() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\ns1,0,2\n");
    TailraceProcess run = tailrace.startWatching();
    Matcher printed = printed(run);
    try (Connection connection =
            DriverManager.getConnection(
                printed.group(1), printed.group(3), note().report().password());
        Statement statement = connection.createStatement()) {
      Tailrace.await(run).until(() -> volume(statement), "s1 0.5"::equals);
      // InMemoryDatabaseTest has all that is refused.
      for (String sql :
          List.of(
              "CREATE ALIAS run AS 'void run() {}'",
              "SELECT FILE_READ('/etc/hostname')",
              "DELETE FROM volume")) {
        SQLException refusal = assertThrows(sql, SQLException.class, () -> statement.execute(sql));
        assertThat(refusal.getMessage(), containsString("ights"));
      }
      assertEquals("s1 0.5", volume(statement));
    }
  }

  private static String volume(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT serverID, avgVolume FROM volume")) {
      return rows.next() ? rows.getString("serverID") + " " + rows.getDouble("avgVolume") : "";
    }
  }

  @Test
  public void aWrongPasswordIsRefused() throws Exception {
    Matcher printed = printed(tailrace.startWatching());
    for (String password : List.of("", "tailrace", note().report().password() + "x")) {
      SQLException refusal =
          assertThrows(
              SQLException.class,
              () -> DriverManager.getConnection(printed.group(1), printed.group(3), password));
      assertEquals(WRONG_PASSWORD_STATE, refusal.getSQLState());
    }
  }

  @Test
  public void thePasswordIsInAFileOfItsUserAloneAndNowhereElse() throws Exception {
    TailraceProcess run = tailrace.startWatching();
    Path file = tailrace.output().resolve("_ledger/run.json");
    assertThat(run.err(), containsString(file.toString()));
    assertEquals(run.pid(), note().process());
    String password = note().report().password();
    assertThat(run.err(), not(containsString(password)));
    assertThat(run.out(), not(containsString(password)));
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  public void eachRunHasAPasswordOfItsOwn() throws Exception {
    TailraceProcess first = tailrace.startWatching();
    final String password = note().report().password();
    first.kill();
    tailrace.startWatching();
    assertNotEquals(password, note().report().password());
  }

  @Test
  public void itListensOnTheLoopbackAddressOnly() throws Exception {
    int port = Integer.parseInt(printed(tailrace.startWatching()).group(2));
    assertTrue(canConnect(InetAddress.getByName("127.0.0.1"), port));
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    assumeFalse("this machine has no other address", others.isEmpty());
    for (InetAddress other : others) {
      assertEquals(other.toString(), false, canConnect(other, port));
    }
  }

  private static boolean canConnect(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  private static Matcher printed(TailraceProcess run) throws IOException {
    Matcher matcher = PRINTED.matcher(run.err());
    assertTrue(run.err(), matcher.find());
    return matcher;
  }

  private RunNote note() throws IOException {
    return RunNote.read(Ledger.of(new Folder(tailrace.output().toString()))).orElseThrow();
  }
}
