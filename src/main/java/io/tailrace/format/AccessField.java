package io.tailrace.format;

/** The fields of an access log that are text. */
public enum AccessField {
  /** Who asked: the client's address or, where the server looks it up, its name. */
  HOST,
  /** What the client's identd says, if the server asks it. */
  IDENTITY,
  /** Who the client says it is, if the request was authenticated. */
  USER,
  /** The first word of the request, such as {@code GET}. */
  METHOD,
  /** What was asked for, with its query. */
  ENDPOINT,
  /** The last word of the request, such as {@code HTTP/1.1}. */
  PROTOCOL,
  /** The page that led here, as the client says. */
  REFERER,
  /** The client's program, as the client says. */
  AGENT;

  static final int COUNT = values().length;

  /** Whether the field is a part of the request. */
  boolean isOfRequest() {
    return this == METHOD || this == ENDPOINT || this == PROTOCOL;
  }
}
