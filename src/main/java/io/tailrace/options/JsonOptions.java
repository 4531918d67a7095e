package io.tailrace.options;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of pipelines whose files may be JSON. */
public interface JsonOptions extends RecordOptions {

  /** As a schema: from the data. */
  String INFER = "infer";

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
          + " texts. infer: from the first files that arrive. Default: those of the SQL.")
  String getSchema();

  void setSchema(String value);

  @Description("declared: columns have the types of the schema. string: all are texts.")
  @Default.Enum("declared")
  Types getTypes();

  void setTypes(Types value);

  /** Whether columns are to be found out. */
  static boolean infersColumns(TailraceOptions options) {
    return options instanceof JsonOptions json
        && json.getRecords() == Records.json
        && INFER.equals(json.getSchema())
        && json.getTypes() == Types.declared;
  }
}
