package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.Test;

/** Breaks records at random: the others stay what they are, and no piece of one becomes another. */
public final class BrokenJsonTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int FILES = 2_000;
  private static final String STRUCTURE = "{}[],:\"";

  /** How a file holds its records. */
  private enum Layout {
    ONE_LINE("[", ",", "]"),
    ONE_LINE_WITH_SPACES("[ ", " , ", " ]\n"),
    RECORD_A_LINE("[\n", ",\n", "\n]\n"),
    PRETTY("[\n  ", ",\n  ", "\n]\n"),
    JSON_LINES("", "\n", "\n");

    private final String begin;
    private final String between;
    private final String end;

    Layout(String begin, String between, String end) {
      this.begin = begin;
      this.between = between;
      this.end = end;
    }

    static Layout of(int seed) {
      return values()[seed % values().length];
    }

    String file(List<String> records) {
      return records.stream()
          .map(record -> this == PRETTY ? pretty(record) : record)
          .collect(Collectors.joining(between, begin, end));
    }

    private static String pretty(String record) {
      return record.replace(" \"", "\n    \"").replaceFirst("}$", "\n  }");
    }
  }

  /** What was found in a file: the objects, and what was none. */
  private record Found(List<JsonNode> objects, List<String> deadLetters) {}

  @Test
  public void oneBrokenRecordIsOneDeadLetterAndAllOthersAreThere() throws IOException {
    for (int seed = 0; seed < FILES; seed++) {
      Random random = new Random(seed);
      List<String> records = records(random, 1 + random.nextInt(12));
      int place = random.nextInt(records.size());
      String broken = broken(records.get(place), random);
      List<JsonNode> others = objects(records);
      others.remove(place);
      records.set(place, broken);
      Layout layout = Layout.of(seed);
      Found found = read(layout.file(records));
      assertThat(layout + " " + broken, found.objects(), is(others));
      assertThat(layout + " " + broken, found.deadLetters().size(), is(1));
    }
  }

  /** What two halves were can look like one whole, but seldom does. */
  @Test
  public void severalInARowAreToldApartFromTheOthers() throws IOException {
    int wrong = 0;
    for (int seed = 0; seed < FILES; seed++) {
      Random random = new Random(seed);
      List<String> records = records(random, 2 + random.nextInt(12));
      int first = random.nextInt(records.size());
      int last = Math.min(records.size() - 1, first + 1 + random.nextInt(2));
      List<JsonNode> others = objects(records);
      for (int place = last; place >= first; place--) {
        records.set(place, broken(records.get(place), random));
        others.remove(place);
      }
      Found found = read(Layout.of(seed).file(records));
      assertThat(
          found.deadLetters().size() > 0 || found.objects().size() > others.size(), is(true));
      wrong += found.objects().equals(others) ? 0 : 1;
    }
    assertThat(wrong, lessThan(FILES / 200));
  }

  /**
   * One tenth is broken, so that now and then a broken record comes to lie beside what it can be
   * mistaken for. These files are several times as long as the buffer of the reader.
   */
  @Test
  public void whereTheBufferEndsMakesNoDifference() throws IOException {
    for (int seed = 0; seed < Layout.values().length; seed++) {
      Random random = new Random(seed);
      List<String> records = records(random, 15_000);
      for (int place = 3; place < records.size(); place += 10) {
        records.set(place, broken(records.get(place), random));
      }
      int others = records.size() * 9 / 10;
      byte[] file = Layout.of(seed).file(records).getBytes(StandardCharsets.UTF_8);
      Found whole = read(Channels.newChannel(new ByteArrayInputStream(file)));
      assertThat(
          whole.objects().size(), allOf(greaterThan(others * 99 / 100), lessThan(others + 5)));
      Found pieces = read(JsonReaderTest.pieces(file, random, 200_000));
      assertThat(pieces.equals(whole), is(true));
    }
  }

  private static List<String> records(Random random, int count) {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder record = new StringBuilder("{\"id\": " + i);
      int fields = 1 + random.nextInt(5);
      for (int field = 0; field < fields; field++) {
        record.append(", \"").append((char) ('a' + field)).append("\": ").append(value(random, 0));
      }
      records.add(record.append('}').toString());
    }
    return records;
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth < 2 ? 8 : 5)) {
      case 0 -> String.valueOf(random.nextInt(1_000) - 500);
      case 1 -> "1.50e3";
      case 2 -> random.nextInt(3) == 0 ? "null" : "true";
      case 3, 4 -> text(random);
      case 5 ->
          "{\"x\": " + value(random, depth + 1) + ", \"y\": " + value(random, depth + 1) + "}";
      case 6 -> "[" + value(random, depth + 1) + ", " + value(random, depth + 1) + "]";
      default -> "[{\"u\": " + value(random, depth + 1) + "}, {\"u\": " + value(random, 2) + "}]";
    };
  }

  private static String text(Random random) {
    String[] words = {
      "wheel", "a, b", "x: y", "\\\"q\\\"", "(1)", "\u00e9", "{v}", "[0]", "12", ""
    };
    return "\"" + words[random.nextInt(words.length)] + words[random.nextInt(words.length)] + "\"";
  }

  /** A record with one fault, which makes it none. */
  private static String broken(String record, Random random) {
    while (true) {
      String text = changed(record, random);
      if (object(text) == null) {
        return text;
      }
    }
  }

  private static String changed(String record, Random random) {
    int place = 1 + random.nextInt(record.length() - 1);
    String before = record.substring(0, place);
    String behind = record.substring(place);
    boolean inText = before.replace("\\\"", "").chars().filter(c -> c == '"').count() % 2 == 1;
    boolean isStructure = STRUCTURE.indexOf(record.charAt(place)) >= 0;
    return switch (random.nextInt(6)) {
      case 0 -> inText ? before + '"' + behind : record;
      case 1 -> inText ? before + "\"x\"" + behind : record;
      case 2 -> inText ? before + (random.nextBoolean() ? '\n' : '\u0001') + behind : record;
      case 3 -> isStructure && !inText ? before + behind.substring(1) : record;
      case 4 -> record.charAt(place) == '"' ? before + behind.substring(1) : record;
      default -> random.nextInt(20) == 0 ? record.substring(1) : before;
    };
  }

  private static List<JsonNode> objects(List<String> records) {
    return records.stream().map(BrokenJsonTest::object).collect(Collectors.toList());
  }

  /** The object of a text, or null if it is none. */
  private static JsonNode object(String text) {
    try {
      JsonNode read = JSON.readTree(text);
      return read.isObject() ? read : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static Found read(String file) throws IOException {
    return read(
        Channels.newChannel(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8))));
  }

  private static Found read(ReadableByteChannel channel) throws IOException {
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    new JsonReader()
        .read(
            channel,
            new JsonReader.Records() {
              @Override
              public void line(
                  byte[] bytes, int from, int to, long length, long offset, long index) {
                String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
                JsonNode object = object(text);
                if (object == null) {
                  found.deadLetters().add(index + "@" + offset + " " + text);
                } else {
                  found.objects().add(object);
                }
              }

              @Override
              public void arrayWithoutEnd(long offset, long index) {
                found.deadLetters().add(index + "@" + offset + " no end");
              }
            });
    return found;
  }
}
