package io.tailrace.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.feed.Packing;
import io.tailrace.ledger.Ledger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A packed file counts as what is in it, and its places are those of the unpacked one. */
public final class PackedFilesTest {

  private static final String CSV =
      """
      CREATE EXTERNAL TABLE orders (id BIGINT NOT NULL, name VARCHAR)
      TYPE csv TBLPROPERTIES '{"header": "true"}';
      CREATE MATERIALIZED VIEW names AS SELECT name, COUNT(*) AS orders FROM orders GROUP BY name;
      CREATE STREAMING TABLE places AS SELECT id, _offset AS place FROM orders;
      """;

  private static final String JSON =
      """
      CREATE EXTERNAL TABLE orders (id BIGINT NOT NULL, name VARCHAR) TYPE json;
      CREATE MATERIALIZED VIEW names AS SELECT name, COUNT(*) AS orders FROM orders GROUP BY name;
      CREATE STREAMING TABLE places AS SELECT id, _offset AS place FROM orders;
      """;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;

  @Before
  public void makeInput() throws IOException {
    input = folder.newFolder("input").toPath();
  }

  @Test
  public void csv() throws Exception {
    List<String> lines = new ArrayList<>(List.of("id,name\n"));
    for (int i = 0; i < 20_000; i++) {
      lines.add(i % 5_000 == 4_321 ? "none,\"n\"\n" : i + ",\"name " + i % 3 + "\"\n");
    }
    requireSame(CSV, "csv", lines);
  }

  @Test
  public void json() throws Exception {
    List<String> lines = new ArrayList<>(List.of("["));
    for (int i = 0; i < 20_000; i++) {
      String id = i % 5_000 == 4_321 ? "\"none\"" : String.valueOf(i);
      lines.add((i == 0 ? "" : ",\n") + "{\"id\": " + id + ", \"name\": \"name " + i % 3 + "\"}");
    }
    lines.add("]");
    requireSame(JSON, "json", lines);
  }

  /** Requires of each packing what the plain file comes to. */
  private void requireSame(String sql, String suffix, List<String> lines) throws Exception {
    SqlPipeline pipeline = SqlPipeline.of(new Ledger.Sql("packed.sql", sql));
    List<String> expected = answers(pipeline, "plain." + suffix, text(lines));
    for (Packing packing : Packing.values()) {
      assertThat(
          answers(pipeline, "packed." + suffix + "." + packing, pack(packing, lines)),
          is(expected));
    }
  }

  /** Two members: one ends within a record, where a buffer might, too. */
  private static byte[] pack(Packing packing, List<String> lines) throws IOException {
    byte[] all = text(lines);
    int cut = all.length / 2 + 1;
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(packing.pack(Arrays.copyOf(all, cut)));
    packed.writeBytes(packing.pack(Arrays.copyOfRange(all, cut, all.length)));
    return packed.toByteArray();
  }

  private static byte[] text(List<String> lines) {
    return String.join("", lines).getBytes(UTF_8);
  }

  private List<String> answers(SqlPipeline pipeline, String name, byte[] content) throws Exception {
    Path own = Files.createDirectory(input.resolve(name));
    Files.write(own.resolve(name), content);
    Path output = folder.getRoot().toPath().resolve("output-" + name);
    TestRun.run(pipeline, own, output);
    List<String> answers = new ArrayList<>();
    for (String query :
        List.of(
            "SELECT name, orders FROM names ORDER BY ALL",
            "SELECT count(*), sum(id), sum(id * place), max(place) FROM places",
            "SELECT line, \"offset\", reason, raw FROM dead_letters ORDER BY ALL")) {
      answers.addAll(TestRun.ask(pipeline, output, query));
    }
    return answers;
  }
}
