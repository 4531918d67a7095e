package io.tailrace.run;

import static org.junit.Assert.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;

public class ChangedBatchesTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ChangedBatches batches =
      new ChangedBatches(
          new NumberedBatches(new PrintStream(bytes, true, StandardCharsets.UTF_8), true));

  private String printed() {
    String line = "-------------------------------------------";
    String text = bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    return text.replaceAll(line + "\nBatch: ([0-9]+)\n" + line + "\n(.*)\n\n", "$1$2 ").strip();
  }

  @Test
  public void aTextIsPrintedWhenTwoLooksHaveFoundTheSame() {
    batches.begin("a");
    batches.look("a");
    batches.look("b");
    assertEquals("", printed());
    batches.look("c");
    batches.look("c");
    batches.look("c");
    assertEquals("0c", printed());
    batches.look("d");
    batches.end("d");
    assertEquals("0c 1d", printed());
  }

  @Test
  public void whatNeverRestsIsPrintedNowAndThen() {
    batches.begin("");
    for (int i = 1; i <= 25; i++) {
      batches.look(String.valueOf(i));
    }
    assertEquals("010 120", printed());
  }

  @Test
  public void whatIsThereAtTheStartIsNoNews() {
    batches.begin("a");
    batches.look("a");
    batches.look("a");
    batches.end("a");
    assertEquals("", printed());
    batches.end("b");
    assertEquals("0b", printed());
  }

  @Test
  public void withoutNumbersThereIsTheTextAlone() {
    new NumberedBatches(new PrintStream(bytes, true, StandardCharsets.UTF_8), false).print("a");
    assertEquals("a", printed());
  }
}
