package io.tailrace.sql;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.Test;

public class FunctionCatalogTest {

  @Test
  public void steadyFunctionsAreWhatDuckDbSaysTheyAre() throws Exception {
    String names =
        FunctionCatalog.STEADY.stream()
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));
    try (Duck duck = Duck.open()) {
      assertEquals(
          List.of(),
          duck.column(
              "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name IN ("
                  + names
                  + ") AND (function_type = 'aggregate' OR stability <> 'CONSISTENT')"));
    }
  }

  @Test
  public void otherFunctionsAreLookedUp() throws Exception {
    try (Duck duck = Duck.open()) {
      FunctionCatalog functions = new FunctionCatalog(duck);
      assertTrue(functions.isAggregate("quantile_cont"));
      assertFalse(functions.isAggregate("reverse"));
      assertTrue(functions.isChanging("random"));
      assertTrue(functions.isChanging("current_date"));
      assertFalse(functions.isChanging("reverse"));
      assertFalse(functions.isChanging("lower"));
    }
  }
}
