package io.tailrace.storage;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.Test;

public final class GlobTest {

  private static final int SEED = 7;
  private static final int GLOBS = 200_000;
  private static final int PATHS_A_GLOB = 10;
  private static final int LONGEST_GLOB = 9;
  private static final int LONGEST_PATH = 7;

  /** Twice what globs are made of, so that they match now and then. */
  private static final String OF_GLOBS = "aabb//**??[]{},,-!^&.$(|+";

  private static final String OF_PATHS = "aaabbb//,-!^&.$(|+";

  private final Random random = new Random(SEED);

  /** Wherever Java understands a glob, so do we, and in the same way. */
  @Test
  public void randomGlobsMatchAsJavasOwn() {
    int matches = 0;
    for (int i = 0; i < GLOBS; i++) {
      String glob = randomText(OF_GLOBS, LONGEST_GLOB);
      Optional<PathMatcher> oracle = matcher(glob);
      if (oracle.isEmpty()) {
        continue;
      }
      Pattern pattern = new Glob(glob).pattern();
      for (int j = 0; j < PATHS_A_GLOB; j++) {
        Path path = Path.of(randomText(OF_PATHS, LONGEST_PATH));
        boolean expected = oracle.get().matches(path);
        assertEquals(glob + " and " + path, expected, pattern.matcher(path.toString()).matches());
        matches += expected ? 1 : 0;
      }
    }
    assertThat(matches, greaterThan(GLOBS / 100));
  }

  private static Optional<PathMatcher> matcher(String glob) {
    try {
      return Optional.of(FileSystems.getDefault().getPathMatcher("glob:" + glob));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private String randomText(String characters, int longest) {
    StringBuilder text = new StringBuilder();
    for (int length = 1 + random.nextInt(longest); length > 0; length--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @Test
  public void anyCharactersMatch() {
    assertMatches("s3://b/größe/*.csv", "s3://b/größe/日本.csv");
    assertMatches("s3://b/🌊/?.csv", "s3://b/🌊/🌊.csv");
    assertMatches("s3://b/[a-🌊].csv", "s3://b/日.csv");
    assertMatches("s3://b/{日本,🌊}*", "s3://b/🌊🌊.csv");
    assertMatches("s3://b/*", "s3://b/two\nlines");
    assertMatches("s3://b/**", "s3://b/two\nlines/\r\n");
    assertMatches("s3://b/a%20b+c d.csv", "s3://b/a%20b+c d.csv");
    assertMatches("s3://b/a\\b", "s3://b/a\\b");
    assertMatches("s3://b/[*].csv", "s3://b/*.csv");
    assertDoesNotMatch("s3://b/größe.csv", "s3://b/gro\u0308ße.csv");
    assertDoesNotMatch("s3://b/?.csv", "s3://b/🌊🌊.csv");
    assertDoesNotMatch("s3://b/*.csv", "s3://b/日/本.csv");
  }

  private static void assertMatches(String glob, String path) {
    assertTrue(glob + " and " + path, new Glob(glob).pattern().matcher(path).matches());
  }

  private static void assertDoesNotMatch(String glob, String path) {
    assertFalse(glob + " and " + path, new Glob(glob).pattern().matcher(path).matches());
  }

  @Test
  public void whatCannotBeUnderstoodIsRefused() {
    for (String glob : new String[] {"s3://b/[z-a].csv", "s3://b/{a,{b,c}}", "s3://b/[!]"}) {
      assertThrows(glob, IllegalArgumentException.class, () -> new Glob(glob).pattern());
    }
  }

  @Test
  public void theFolderIsThatOfTheFixedPart() {
    assertEquals("s3://b/logs/", new Glob("s3://b/logs/2024*/x.csv").folder());
    assertEquals("s3://b/logs/2024", new Glob("s3://b/logs/2024*/x.csv").fixedPart());
    assertEquals("s3://b/logs/", new Glob("s3://b/logs/x.csv").folder());
    assertTrue(new Glob("s3://b/logs/x.csv").isFile());
    assertFalse(new Glob("s3://b/logs/x.cs?").isFile());
    assertTrue(new Glob("s3://b/logs/*/x.csv").isDeep());
    assertTrue(new Glob("s3://b/logs/**").isDeep());
    assertTrue(new Glob("s3://b/{logs/,}x.csv").isDeep());
    assertFalse(new Glob("s3://b/logs/*").isDeep());
  }
}
