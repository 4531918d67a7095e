package io.tailrace.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tailrace.ledger.SealedContent.Kind;
import io.tailrace.simulation.SimulatedDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes a mend away: a damaged file of a ledger has a checksum that matches. */
public final class Reseal {

  private static final Pattern SEAL = Pattern.compile("\n#tailrace \\d+ (\\w+) [0-9a-f]{8}\n$");

  private Reseal() {}

  /** Flips a bit of the content of a file, if it has one that is sealed. */
  public static void flipABitOfContent(SimulatedDisk disk, String path, Random random)
      throws IOException {
    byte[] sealed = disk.read(path);
    Matcher seal = SEAL.matcher(new String(sealed, ISO_8859_1));
    if (seal.find() && seal.start() > 0) {
      byte[] content = Arrays.copyOf(sealed, seal.start());
      content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      disk.put(path, SealedContent.seal(Kind.valueOf(seal.group(1)), content));
    }
  }
}
