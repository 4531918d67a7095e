package io.tailrace.dashboard;

import io.tailrace.options.UsageException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page is served.
 *
 * @param address of this machine
 * @param port 0 for any that is free
 */
public record Binding(InetAddress address, int port) {

  private static final Pattern PORT = Pattern.compile("(?:(.+):)?([0-9]{1,5})");
  private static final int LAST_PORT = 65_535;

  /**
   * Reads the value of an option: {@code on}, {@code off}, a port, or an address and a port.
   *
   * @param option its name
   * @return nothing if there is to be no page
   * @throws UsageException if it is none of these
   */
  public static Optional<Binding> parse(String option, String value) {
    Matcher port = PORT.matcher(value);
    if (value.equals("off")) {
      return Optional.empty();
    }
    if (value.equals("on")) {
      return Optional.of(new Binding(InetAddress.getLoopbackAddress(), 0));
    }
    if (!port.matches() || Integer.parseInt(port.group(2)) > LAST_PORT) {
      throw new UsageException(
          option + ": expected on, off, a port, or ADDRESS:PORT, not '" + value + "'");
    }
    try {
      String address = port.group(1);
      return Optional.of(
          new Binding(
              address == null ? InetAddress.getLoopbackAddress() : InetAddress.getByName(address),
              Integer.parseInt(port.group(2))));
    } catch (UnknownHostException e) {
      throw new UsageException(option + ": there is no address " + port.group(1), e);
    }
  }

  boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  InetSocketAddress socket() {
    return new InetSocketAddress(address, port);
  }
}
