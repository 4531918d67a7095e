package io.tailrace.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * One request and its answer on a connection of its own, to the letter: a client library does not
 * send what a server has to refuse, or a {@code Host} like {@code Player 1}.
 *
 * @param status of the answer
 * @param headers the lines of the answer's headers
 * @param body of the answer
 */
record HttpExchange(int status, List<String> headers, String body) {

  private static final int PATIENCE_MILLIS = 60_000;

  /**
   * Sends a request and reads the answer.
   *
   * @param method and path, as in the first line of a request
   * @param headers lines; {@code Host: localhost} comes first if there is no host among them
   */
  static HttpExchange of(int port, String methodAndPath, String... headers) throws IOException {
    boolean hasHost = Stream.of(headers).anyMatch(header -> header.startsWith("Host:"));
    StringBuilder request = new StringBuilder(methodAndPath + " HTTP/1.1\r\n");
    if (!hasHost) {
      request.append("Host: localhost\r\n");
    }
    Stream.of(headers).forEach(header -> request.append(header).append("\r\n"));
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String[] headAndBody = answer.split("\r\n\r\n", 2);
      List<String> head = headAndBody[0].lines().toList();
      return new HttpExchange(
          Integer.parseInt(head.get(0).split(" ")[1]),
          head.subList(1, head.size()),
          headAndBody[1]);
    }
  }
}
