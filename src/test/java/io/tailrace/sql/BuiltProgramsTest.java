package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;

/** A program that is built with the jar is what binding its text gives, and its class loads. */
public final class BuiltProgramsTest {

  @Test
  public void theProgramsThatComeWithTailrace() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("pipelines"))) {
      files = all.filter(file -> file.toString().endsWith(".sql")).toList();
    }
    assertThat(files, is(not(empty())));
    for (Path file : files) {
      check(file.getFileName().toString(), Files.readString(file));
    }
  }

  @Test
  public void whatIsConstantInTheClassComesBack() throws IOException {
    check(
        "x.sql",
        """
        CREATE EXTERNAL TABLE t (name VARCHAR, amount DECIMAL(30, 2), moment TIMESTAMP) TYPE json;
        CREATE MATERIALIZED VIEW r AS
        SELECT upper(name || 'x') AS name, SUM(amount + 12345678901234567890.12) AS amount,
               MAX(moment + INTERVAL 1 DAY) FILTER (WHERE name LIKE 'a%b' AND amount < 1e300) AS last
        FROM t WHERE name NOT IN ('b', 'c') GROUP BY 1;
        CREATE STREAMING TABLE l AS SELECT name, amount FROM t ORDER BY name;
        CREATE VIEW v AS SELECT name FROM r;
        """);
  }

  private static void check(String name, String text) throws IOException {
    BuiltPrograms.Built built = BuiltPrograms.build(name, text);
    BuiltPrograms.Built read =
        BuiltPrograms.read(new ByteArrayInputStream(BuiltPrograms.toBytes(built)));

    assertThat(read.program(), is(SqlPrograms.of(name, text)));
    assertThat(read.plan(), is(built.plan()));
    assertThat(read.code().bytes(), is(built.code().bytes()));
    assertThat(read.code().constants().length, is(built.code().constants().length));
    read.code().load(CompiledRecords.class);
  }
}
