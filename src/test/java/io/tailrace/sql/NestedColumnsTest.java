package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.format.FieldReader;
import io.tailrace.format.JsonFields;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.table.HeldRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.Test;

/** ARRAYs, ROWs and MAPs of JSON: given these records, these are the rows or the reasons. */
public final class NestedColumnsTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE t (id INTEGER, tags ARRAY<VARCHAR>, grid INTEGER[][],"
          + " http ROW<status INTEGER, via VARCHAR[]>,"
          + " items ARRAY<ROW<sku VARCHAR, price DECIMAL(9, 2), ok BOOLEAN>>, days DATE[],"
          + " reals DOUBLE[], name VARCHAR, labels MAP<VARCHAR, INTEGER>,"
          + " notes MAP(VARCHAR, ARRAY<ROW<by VARCHAR>>)) TYPE json;\n";

  private static final RecordOrigin ORIGIN =
      new RecordOrigin() {
        @Override
        public int partition() {
          return 0;
        }

        @Override
        public String file() {
          return "file";
        }

        @Override
        public long offset() {
          return 0;
        }

        @Override
        public long modifiedMillis() {
          return 0;
        }
      };

  private final List<String> rows = new ArrayList<>();

  @Test
  public void elementsHaveTheTypeOfTheArray() {
    requireRow(
        "tags",
        "{\"tags\": [\"a\", null, 1, 1.0, true, {\"x\": [1, 2]}]}",
        "[a, null, 1, 1.0, true, {\"x\":[1,2]}]");
    requireRow("tags", "{\"tags\": [\"\\\"\\n\\u00e9\\ud83d\\ude00\\u0001\"]}", "[\"\né😀\u0001]");
    requireRow("grid", "{\"grid\": [[1, 2], [], null, [null]]}", "[[1, 2], [], null, [null]]");
    requireRow("days", "{\"days\": [\"1970-01-02\"]}", "[1]");
    requireRow("reals", "{\"reals\": [1, \"-2.5\", true]}", "[1.0, -2.5, 1.0]");
  }

  @Test
  public void rowsHaveTheirFieldsByName() {
    requireRow(
        "http", "{\"http\": {\"via\": [\"x\"], \"more\": {}, \"status\": 200}}", "[200, [x]]");
    requireRow("http", "{\"http\": {}}", "[null, null]");
    requireRow("http", "{\"http\": null}", "null");
    requireRow(
        "items",
        "{\"items\": [{\"price\": \"1.5\", \"ok\": true, \"more\": [\"]\", {}]}, null, {}]}",
        "[[null, 1.50, true], null, [null, null, null]]");
  }

  @Test
  public void mapsHaveWhateverFieldsTheRecordHas() {
    String json =
        "{\"name\": \"b\", \"labels\": {\"b\": 2, \"a \\u00e9\": null, \"\": \"3\"},"
            + " \"notes\": {\"x\": [{\"by\": \"Ada\"}, null]}}";
    requireRow("labels", json, "{b=2, a é=null, =3}");
    requireRow("labels", "{\"labels\": {}}", "{}");
    requireRow("labels", "{}", "null");
    requireRow("labels['b'] + labels[name] + labels['']", json, "7");
    requireRow("labels['a é'] IS NULL AND labels['c'] IS NULL", json, "true");
    requireRow("map_contains(labels, 'a é') AND NOT map_contains(labels, 'c')", json, "true");
    requireRow("labels['b'] IS NULL AND labels[name] IS NULL", "{}", "true");
    requireRow("notes['x'][1].by", json, "Ada");
  }

  @Test
  public void nothingIsNull() {
    requireRow("tags", "{}", "null");
    requireRow("tags", "{\"tags\": []}", "[]");
    requireRow("http IS NULL AND tags IS NOT NULL", "{\"tags\": []}", "true");
  }

  @Test
  public void placesCountFromOneAndFromTheEnd() {
    String json = "{\"id\": 2, \"tags\": [\"a\", \"b\"], \"items\": [{\"price\": 3}]}";
    requireRow("tags[1] || tags[id] || tags[-2]", json, "aba");
    requireRow("tags[3] IS NULL AND tags[0] IS NULL AND tags[-3] IS NULL", json, "true");
    requireRow("items[1].price + 1", json, "4.00");
    requireRow("items[1]", json, "[null, 3.00, null]");
    requireRow("len(tags) + array_length(items)", json, "3");
    requireRow("list_contains(tags, 'b') AND NOT array_contains(tags, 'c')", json, "true");
  }

  @Test
  public void whatHasAnotherTypeIsSaidWithItsPlace() {
    requireReason("{\"grid\": [[1], [2, \"x\"]]}", "column 'grid[2][2]': 'x' is not an INTEGER");
    requireReason("{\"grid\": [1]}", "column 'grid[1]': '1' is not an INTEGER[]");
    requireReason("{\"grid\": \"[1]\"}", "column 'grid': '[1]' is not an INTEGER[][]");
    requireReason(
        "{\"items\": [{}, {\"price\": \"x\"}]}",
        "column 'items[2].price': 'x' is not a DECIMAL(9,2)");
    requireReason("{\"items\": [[1, \"a\"]]}", "column 'items[1]': '[1,\"a\"]' is not a ROW");
    requireReason(
        "{\"items\": [{\"ok\": true, \"ok\": true}]}", "column 'items[1]': field ok comes twice");
    requireReason(
        "{\"labels\": {\"a\": 1, \"b\": \"x\"}}", "column 'labels['b']': 'x' is not an INTEGER");
    requireReason("{\"labels\": {\"a\": 1, \"\\u0061\": 1}}", "column 'labels': key a comes twice");
    requireReason("{\"labels\": [1]}", "column 'labels': '[1]' is not a MAP(VARCHAR, INTEGER)");
    requireReason("{\"http\": 5}", "field http is not an object");
    requireReason("{\"http\": {\"status\": \"x\"}}", "column 'http.status': 'x' is not an INTEGER");
  }

  private void requireRow(String expression, String json, String row) {
    assertThat(json, reason(expression, json), is(Optional.empty()));
    assertThat(json, rows, is(List.of(row)));
  }

  private void requireReason(String json, String reason) {
    assertThat(reason("http", json), is(Optional.of(reason)));
    assertThat(rows, is(List.of()));
  }

  private Optional<String> reason(String expression, String json) {
    rows.clear();
    SqlProgram program =
        SqlPrograms.of(
            "nested.sql",
            INPUT + "CREATE STREAMING TABLE l AS SELECT " + expression + " AS x FROM t");
    SqlRecords records = SqlRecords.of(program.input(), List.of(), program.logs());
    List<InputColumn> fields =
        records.fields().stream().filter(column -> column.origin() == Origin.FIELD).toList();
    int[] places = new int[fields.size()];
    Arrays.setAll(places, place -> place);
    FieldReader reader = new JsonFields(fields.stream().map(InputColumn::path).toList(), places);
    HeldRows taker = HeldRows.of(records.logs().get(0));
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Optional<String> reason =
        records.begin(reader, ORIGIN, List.of(), List.of(taker)).record(bytes, 0, bytes.length);
    for (int row = 0; row < taker.rows(); row++) {
      rows.add(shown(taker.row(row).get(0)));
    }
    return reason;
  }

  private static String shown(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + shown(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Object[] fields) {
      return Arrays.stream(fields).map(NestedColumnsTest::shown).toList().toString();
    }
    return value instanceof List<?> elements
        ? elements.stream().map(NestedColumnsTest::shown).toList().toString()
        : String.valueOf(value);
  }
}
