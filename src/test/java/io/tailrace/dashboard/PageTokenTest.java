package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What opens the pages of a user. */
public final class PageTokenTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void aUserHasOneThatNobodyElseReads() throws Exception {
    Path file = folder.getRoot().toPath().resolve("home/.tailrace/page-token");
    String token = PageToken.in(file);
    assertThat(token, matchesPattern("[0-9a-f]{32}"));
    assertThat(PageToken.in(file), is(token));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), is("rw-------"));
    try (var files = Files.list(file.getParent())) {
      assertThat(files.count(), is(1L));
    }
  }

  @Test
  public void whatIsNoTokenIsReplaced() throws Exception {
    Path file = folder.newFile("page-token").toPath();
    for (String damaged : new String[] {"", "short", "\u0000".repeat(32)}) {
      Files.writeString(file, damaged);
      assertThat(PageToken.in(file), matchesPattern("[0-9a-f]{32}"));
      assertThat(PageToken.in(file), is(Files.readString(file)));
    }
  }

  @Test
  public void withoutAFileThereIsANewOneEachTime() throws Exception {
    Path file = folder.newFile("file").toPath().resolve("page-token");
    assertThat(PageToken.in(file), is(not(PageToken.in(file))));
  }
}
