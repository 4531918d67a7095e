package io.tailrace.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Arguments of the form {@code --name=value}. */
record Arguments(Map<String, String> values) {

  /**
   * Takes arguments apart.
   *
   * @throws IllegalArgumentException if one has another form or comes twice
   */
  static Arguments parse(String[] args) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException("not of the form --name=value: " + arg);
      }
      if (values.put(arg.substring(2, equals), arg.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("given twice: " + arg.substring(0, equals));
      }
    }
    return new Arguments(values);
  }

  String required(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing");
    }
    return value;
  }

  String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** A number from 1. */
  int get(String name, int otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("--" + name + " is a number from 1, not " + value);
    }
    return Integer.parseInt(value);
  }

  /** Numbers from 1 with commas between them. */
  List<Integer> numbers(String name, String otherwise) {
    String value = get(name, otherwise);
    if (!value.matches("[1-9][0-9]{0,8}(,[1-9][0-9]{0,8})*")) {
      throw new IllegalArgumentException(
          "--" + name + " has numbers from 1 with commas between them, not " + value);
    }
    return Stream.of(value.split(",")).map(Integer::valueOf).distinct().sorted().toList();
  }
}
