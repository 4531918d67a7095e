package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Random;
import org.junit.Test;

/** Doubles as people write them. */
public final class DoubleTextTest {

  @Test
  public void exponentsAreForWhatIsLongWithoutThem() {
    assertThat(DoubleText.of(1584630379.51), is("1584630379.51"));
    assertThat(DoubleText.of(1e15), is("1000000000000000.0"));
    assertThat(DoubleText.of(-0.0001), is("-0.0001"));
    assertThat(DoubleText.of(1e16), is("1e+16"));
    assertThat(DoubleText.of(-1.5e-5), is("-1.5e-05"));
    assertThat(DoubleText.of(Double.MIN_VALUE), is("4.9e-324"));
    assertThat(DoubleText.of(-0.0), is("-0.0"));
    assertThat(DoubleText.of(Double.NEGATIVE_INFINITY), is("-Infinity"));
    assertThat(DoubleText.of(Double.NaN), is("NaN"));
  }

  /** Java 17 has a digit too many now and then (JDK-4511638): the value is the same. */
  @Test
  public void theyAreThoseOfDuckDb() throws SQLException {
    Random random = new Random(20_261_129);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = connection.prepareStatement("SELECT ?::DOUBLE::VARCHAR")) {
      for (int i = 0; i < 2_000; i++) {
        double value =
            i % 2 == 0
                ? random.nextInt() / Math.pow(10, random.nextInt(8))
                : Math.pow(10, random.nextInt(60) - 30) * (1 + random.nextInt(1_000));
        String text = DoubleText.of(value);
        assertThat(Double.parseDouble(text), is(value));
        statement.setDouble(1, value);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          String duck = row.getString(1);
          assertThat(text + " and " + duck, isAsLong(text, duck), is(true));
        }
      }
    }
  }

  private static boolean isAsLong(String text, String duck) {
    return text.equals(duck)
        || text.contains("e") == duck.contains("e") && text.length() > duck.length();
  }
}
