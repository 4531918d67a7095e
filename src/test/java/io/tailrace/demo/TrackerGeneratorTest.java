package io.tailrace.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The sample data is what the page says. */
public final class TrackerGeneratorTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void theSampleFilesAreThoseOfTheGenerator() throws Exception {
    List<Integer> recordings = new ArrayList<>(Collections.nCopies(7, 0));
    int negative = 0;
    for (TrackerGenerator.Sample sample : TrackerGenerator.SAMPLES) {
      String text = Files.readString(Path.of("data/tracker", sample.name()));
      assertThat(text, is(sample.text()));
      for (JsonNode reading : new ObjectMapper().readTree(text)) {
        assertThat(reading.get("mrn").isTextual(), is(true));
        int device = Integer.parseInt(reading.get("device_id").asText());
        recordings.set(device - 1, recordings.get(device - 1) + 1);
        negative += reading.get("heartrate").asText().startsWith("-") ? 1 : 0;
      }
    }
    assertThat(recordings, is(List.of(105, 105, 105, 105, 105, 55, 20)));
    assertThat(negative > 0, is(true));
  }

  @Test
  public void aFileOfAnySizeIsTheSameForTheSameSeed() throws Exception {
    Path one = folder.newFolder("one").toPath();
    Path other = folder.newFolder("other").toPath();
    TrackerGenerator.write(one, 2, 50, 7);
    TrackerGenerator.write(other, 2, 50, 7);
    for (String name : List.of("tracker-00000.json", "tracker-00001.json")) {
      String text = Files.readString(one.resolve(name));
      assertThat(text, is(Files.readString(other.resolve(name))));
      assertThat(new ObjectMapper().readTree(text).size(), is(50));
    }
  }
}
