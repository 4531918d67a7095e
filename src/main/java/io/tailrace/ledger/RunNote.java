package io.tailrace.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.report.ReportConnection;
import io.tailrace.storage.FullDisk;
import io.tailrace.storage.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where the reports of the run that owns a ledger are. It has the password of the report database,
 * so it is a file on this machine that only its user can read, and it is gone when the run has
 * ended: in the ledger, or, if that is elsewhere, in {@code ~/.tailrace}.
 *
 * @param report how to reach the report database, or null if reports are in the ledger alone
 * @param process the run's process
 * @param runner the name of the runner
 */
public record RunNote(ReportConnection report, long process, String runner) {

  private static final String FILE = "run.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes the note of this process. */
  public static void write(Ledger ledger, Optional<ReportConnection> report, String runner)
      throws IOException {
    Path file = file(ledger);
    RunNote note = new RunNote(report.orElse(null), ProcessHandle.current().pid(), runner);
    FullDisk.waitForRoom(file, () -> write(file, seal(note)));
  }

  private static byte[] seal(RunNote note) throws IOException {
    return SealedContent.seal(SealedContent.Kind.reports, JSON.writeValueAsBytes(note));
  }

  private static Path write(Path file, byte[] note) throws IOException {
    Files.createDirectories(file.getParent());
    Path temporary = Files.createTempFile(file.getParent(), FILE, ".tmp", PrivateFile.attributes());
    try {
      Files.write(temporary, note);
      return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads the note of the run that goes on. That of a run that was killed does not count: where its
   * database was, another program may answer, or take a question and never answer.
   */
  public static Optional<RunNote> read(Ledger ledger) throws IOException {
    Path file = file(ledger);
    try {
      byte[] content =
          SealedContent.open(SealedContent.Kind.reports, file.toString(), Files.readAllBytes(file));
      RunNote note = JSON.readValue(content, RunNote.class);
      return ProcessHandle.of(note.process()).filter(ProcessHandle::isAlive).map(run -> note);
    } catch (NoSuchFileException | DamagedFileException e) {
      // The ledger has the same reports, as of the last refresh.
      return Optional.empty();
    }
  }

  /** Takes the note away. */
  public static void delete(Ledger ledger) throws IOException {
    Files.deleteIfExists(file(ledger));
  }

  /** Where the note is, of a ledger that has an identity. */
  public static Path file(Ledger ledger) throws IOException {
    if (ledger.folder().isLocal()) {
      return Path.of(ledger.folder().path(), FILE);
    }
    String id = ledger.identity().orElseThrow().id();
    return Path.of(System.getProperty("user.home"), ".tailrace", id + ".json");
  }
}
