package io.tailrace.pipelines;

import io.tailrace.options.JsonOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of {@link Tracker}. */
public interface TrackerOptions extends JsonOptions {

  /** Which types columns have. */
  enum Types {
    /** Those of the schema. */
    declared,
    /** All are texts, as they came. */
    string
  }

  @Description(
      "The columns of the table and their types (int, long, double, boolean or string), for example"
          + " 'device_id int, heartrate double'. Fields that it does not name become columns of"
          + " texts. infer: from the first files that arrive.")
  @Default.String("infer")
  String getSchema();

  void setSchema(String value);

  @Description("declared: columns have the types of the schema. string: all are texts.")
  @Default.Enum("declared")
  Types getTypes();

  void setTypes(Types value);
}
