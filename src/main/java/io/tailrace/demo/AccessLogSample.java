package io.tailrace.demo;

import java.util.List;

/** The lines of the sample access log that are not made by chance. */
final class AccessLogSample {

  /** Odd lines that are records: 20, of which 7 have no proper request. */
  static final List<String> ODD =
      List.of(
          // No request at all, and what servers write of one that was not HTTP or was not finished.
          "203.0.113.9 - - [02/Mar/2026:06:04:11 +0000] \"\" 400 0 \"-\" \"-\"",
          "203.0.113.9 - - [02/Mar/2026:06:04:12 +0000] \"-\" 408 - \"-\" \"-\"",
          "203.0.113.9 - - [02/Mar/2026:06:05:40 +0000] \"\\xb0\\x01\" 400 226 \"-\" \"-\"",
          "203.0.113.77 - - [02/Mar/2026:06:05:41 +0000]"
              + " \"\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xfc\\x03\\x03\" 400 226 \"-\" \"-\"",
          "203.0.113.77 - - [02/Mar/2026:06:05:42 +0000] \"GET\" 400 226 \"-\" \"-\"",
          "203.0.113.77 - - [02/Mar/2026:06:05:43 +0000] \"Gh0st\\xad\\x00\\x00\" 400 226 \"-\" \"-\"",
          "203.0.113.77 - - [02/Mar/2026:06:05:44 +0000] \"\\n\" 400 226 \"-\" \"-\"",
          // A request without a protocol, or with spaces in what it asks for.
          "203.0.113.5 - - [02/Mar/2026:06:10:00 +0000] \"GET /old\" 200 512 \"-\" \"telnet\"",
          "203.0.113.5 - - [02/Mar/2026:06:10:05 +0000] \"GET /two words HTTP/1.1\" 404 196 \"-\""
              + " \"curl/8.5.0\"",
          // Quotes and backslashes of the client; the second request looks as if a status were in
          // it.
          "203.0.113.6 - - [02/Mar/2026:06:12:31 +0000] \"GET /say?text=\\\"hello\\\" HTTP/1.1\" 200"
              + " 310 \"https://example.org/\\\"quoted\\\"\" \"a \\\"b\\\" \\\\c\"",
          "203.0.113.6 - - [02/Mar/2026:06:12:32 +0000] \"GET /x\\\" 200 5 \" 404 196 \"-\""
              + " \"curl/8.5.0\"",
          // From a server that escapes nothing.
          "203.0.113.6 - - [02/Mar/2026:06:12:33 +0000] \"GET / HTTP/1.1\" 200 310 \"-\" \"the"
              + " \"best\" agent\"",
          // No bytes; bytes that look like a status; more than 4 GiB.
          "10.12.0.7 - - [02/Mar/2026:06:15:00 +0000] \"HEAD /health HTTP/1.1\" 304 - \"-\" \"-\"",
          "10.12.0.7 - - [02/Mar/2026:06:15:01 +0000] \"GET /500 HTTP/1.1\" 200 500 \"-\" \"500\"",
          "10.12.0.7 - - [02/Mar/2026:06:15:02 +0000] \"GET /dump HTTP/1.1\" 200 5368709120 \"-\""
              + " \"-\"",
          // Hosts, an identity, users and zones.
          "2001:db8::17 - - [02/Mar/2026:06:20:00 +0000] \"GET / HTTP/2.0\" 200 1024 \"-\" \"-\"",
          "::1 ident47 anna [02/Mar/2026:06:20:01 +0000] \"GET /me HTTP/1.1\" 302 - \"-\" \"-\"",
          "client.example.net - o.neill@example.org [01/Mar/2026:23:20:02 -0700] \"POST /login"
              + " HTTP/1.1\" 405 231 \"-\" \"-\"",
          "203.0.113.8 - \"\" [02/Mar/2026:11:50:03 +0530] \"GET / HTTP/1.1\" 401 381 \"\" \"\"",
          // Longer than what can be the key of a report.
          "203.0.113.8 - - [02/Mar/2026:06:20:04 +0000] \"GET /"
              + "long/".repeat(60)
              + " HTTP/1.1\" 414 248 \"-\" \"-\"");

  /** Lines that are no records. */
  static final List<String> NO_RECORDS =
      List.of(
          "203.0.113.8 - - 02/Mar/2026:06:30:00 +0000] \"GET / HTTP/1.1\" 200 310 \"-\" \"-\"",
          "203.0.113.8 - - [02/Mar/2026:06:30:01 +0000 \"GET / HTTP/1.1\" 200 310 \"-\" \"-\"",
          "203.0.113.8 - - [31/Feb/2026:06:30:02 +0000] \"GET / HTTP/1.1\" 200 310 \"-\" \"-\"",
          "203.0.113.8 - - [02/Mar/2026:06:30:03 +0000] \"GET / HTTP/1.1\" OK 310 \"-\" \"-\"",
          "203.0.113.8 - - [02/Mar/2026:06:30:04 +0000] \"GET / HTTP/1.1\" 200 many \"-\" \"-\"",
          "203.0.113.8 - - [02/Mar/2026:06:30:05 +0000] \"GET / HTTP/1.1\" 200 310",
          "[Mon Mar 02 06:30:06 2026] [error] client denied by server configuration");

  /** The last line, without its end. */
  static final String CUT =
      "10.12.0.7 - - [02/Mar/2026:06:58:31 +0000] \"GET /api/v2/status HTTP/1.1\" 200 417 \"-\" \"Mozil";

  private AccessLogSample() {}
}
