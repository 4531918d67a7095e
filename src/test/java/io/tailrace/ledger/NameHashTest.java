package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;

/** Hashes are those of SHA-256, so that files of one version are found by the next. */
public final class NameHashTest {

  @Test
  public void aHashIsTheBeginningOfTheSha256OfTheNameInUtf8() {
    assertThat(NameHash.of(""), is(new NameHash(0xe3b0c44298fc1c14L, 0x9afbf4c8996fb924L)));
    assertThat(NameHash.of("abc"), is(new NameHash(0xba7816bf8f01cfeaL, 0x414140de5dae2223L)));
    assertThat(
        NameHash.of("\u017elu\u0165"), is(new NameHash(0x1679cfd5194b8a5dL, 0x3face59e4481aa60L)));
  }

  @Test
  public void aFingerprintIsTheBeginningOfTheSha256OfBothNumbers() {
    assertThat(NameHash.fingerprint(1, 2), is(0x8c7654ecfd7b0b62L));
  }

  @Test
  public void hashesAreOrderedAsUnsignedNumbers() {
    List<NameHash> ascending =
        List.of(
            new NameHash(0, 0),
            new NameHash(0, 1),
            new NameHash(0, -1),
            new NameHash(1, 0),
            new NameHash(Long.MAX_VALUE, -1),
            new NameHash(Long.MIN_VALUE, 0),
            new NameHash(-1, Long.MAX_VALUE),
            new NameHash(-1, -1));
    assertThat(
        Stream.of(5, 2, 7, 0, 4, 1, 6, 3).map(ascending::get).sorted().toList(), is(ascending));
  }
}
