package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.report.ReportConnection;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Whose reports a query asks. */
public final class RunNoteTest {

  private static final ReportConnection REPORT =
      new ReportConnection("jdbc:h2:tcp://127.0.0.1:1/mem:report", "me", "secret");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void theNoteOfAKilledRunDoesNotCount() throws IOException, InterruptedException {
    Ledger ledger = Ledger.of(new Folder(folder.getRoot().toString()));
    RunNote.write(ledger, Optional.of(REPORT), "DirectRunner");
    RunNote own = new RunNote(REPORT, ProcessHandle.current().pid(), "DirectRunner");
    assertThat(RunNote.read(ledger), is(Optional.of(own)));

    Path file = RunNote.file(ledger);
    String note = Files.readString(file);
    Files.writeString(file, note.replace(":" + own.process(), ":" + processThatHasEnded()));
    assertThat(RunNote.read(ledger), is(Optional.empty()));
  }

  private static long processThatHasEnded() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "--version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
    return process.pid();
  }
}
