package io.tailrace.benchmark;

/** The benchmark cannot give figures; its message says why. */
final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchmarkException(String message) {
    super(message);
  }
}
