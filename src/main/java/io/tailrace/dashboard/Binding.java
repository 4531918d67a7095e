package io.tailrace.dashboard;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page is served.
 *
 * @param address of this machine
 * @param port 0 for any that is free
 * @param token what those know who may look, whatever the address; if it is empty, a loopback
 *     address has the token of the user, and another address gets one of its own
 */
public record Binding(InetAddress address, int port, Optional<String> token) {

  private static final Pattern PORT = Pattern.compile("(?:(.+):)?([0-9]{1,5})");
  private static final int LAST_PORT = 65_535;

  /** What needs no quoting in an address, a cookie or a header. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{16,}");

  /** A page whose token is not given. */
  Binding(InetAddress address, int port) {
    this(address, port, Optional.empty());
  }

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

  /**
   * The same with the token in a file.
   *
   * @param option that names the file
   * @param file its path, or null if the token is not given
   * @throws UsageException if the file cannot be read or has no token
   */
  public Binding withTokenOf(String option, String file) {
    if (file == null) {
      return this;
    }
    String token;
    try {
      token = Files.readString(Path.of(file)).strip();
    } catch (NoSuchFileException e) {
      throw new UsageException(option + ": there is no file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (!TOKEN.matcher(token).matches()) {
      throw new UsageException(
          String.format(
              "%s: %s has no token; write one of at least 16 letters and digits, as 'openssl rand"
                  + " -hex 16' prints",
              option, file));
    }
    return new Binding(address, port, Optional.of(token));
  }

  boolean isLoopback() {
    return address.isLoopbackAddress();
  }

  InetSocketAddress socket() {
    return new InetSocketAddress(address, port);
  }
}
