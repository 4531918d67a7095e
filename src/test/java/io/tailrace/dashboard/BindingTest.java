package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import org.junit.Test;

/** Where a page is served. */
public final class BindingTest {

  @Test
  public void byDefaultOnThisMachineOnly() {
    assertThat(Binding.parse("--dashboard", "on").orElseThrow().isLoopback(), is(true));
    assertThat(Binding.parse("--dashboard", "8080").orElseThrow().isLoopback(), is(true));
    assertThat(Binding.parse("--dashboard", "8080").orElseThrow().port(), is(8080));
    assertThat(Binding.parse("--dashboard", "127.0.0.1:0").orElseThrow().isLoopback(), is(true));
  }

  @Test
  public void orNot() {
    assertThat(Binding.parse("--dashboard", "off").isPresent(), is(false));
    assertThat(Binding.parse("--dashboard", "0.0.0.0:8080").orElseThrow().isLoopback(), is(false));
    assertThat(Binding.parse("--dashboard", "[::]:8080").orElseThrow().isLoopback(), is(false));
  }

  @Test
  public void whatIsNoAddress() {
    for (String value : new String[] {"", "true", "-1", "65536", "80 80", "host:", ":80:"}) {
      String refusal =
          assertThrows(value, UsageException.class, () -> Binding.parse("--dashboard", value))
              .getMessage();
      assertThat(refusal, containsString("--dashboard: "));
    }
  }
}
