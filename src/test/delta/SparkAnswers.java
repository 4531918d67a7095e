import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Answers each line of SQL from standard input: a line for each row, its values with bars between,
 * and then a line with a dot; or a line that begins with an exclamation mark.
 */
public final class SparkAnswers {

  private SparkAnswers() {}

  public static void main(String[] arguments) throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate()) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String sql; (sql = in.readLine()) != null; ) {
        try {
          List<Row> rows = spark.sql(sql).collectAsList();
          rows.forEach(row -> System.out.println(row.mkString("|")));
          System.out.println(".");
        } catch (Exception e) {
          System.out.println("!" + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
          e.printStackTrace();
        }
      }
    }
  }
}
