package io.tailrace.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * How far somebody elsewhere has been told who does not keep that: a file of the ledger that is
 * replaced in place. If it is lost or damaged, everything is told again.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class ToldPosition {

  static final String FOLDER = "told";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is in the file.
   *
   * @param position how far the receiver is
   */
  private record Note(long position) {}

  private final Ledger ledger;
  private final String file;

  private ToldPosition(Ledger ledger, String file) {
    this.ledger = ledger;
    this.file = file;
  }

  /**
   * The position of a receiver.
   *
   * @param receiver its address, of which the ledger keeps a hash: it may have secrets in it
   */
  public static ToldPosition of(Ledger ledger, String receiver) {
    NameHash hash = NameHash.of(receiver);
    return new ToldPosition(ledger, String.format("%016x%016x.json", hash.high(), hash.low()));
  }

  /** How far it is, 0 at the beginning. */
  public long read() throws IOException {
    try (InputStream in = ledger.folder().folder(FOLDER).open(file)) {
      byte[] content = SealedContent.open(SealedContent.Kind.told, file, in.readAllBytes());
      return JSON.readValue(content, Note.class).position();
    } catch (FileNotFoundException | DamagedFileException e) {
      return 0;
    }
  }

  /** Notes how far it is. */
  public void write(long position) throws IOException {
    byte[] content =
        SealedContent.seal(SealedContent.Kind.told, JSON.writeValueAsBytes(new Note(position)));
    ledger.folder().folder(FOLDER).write(file, ledger.temporary(), out -> out.write(content));
  }
}
