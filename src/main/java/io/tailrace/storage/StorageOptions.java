package io.tailrace.storage;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** How storages other than this machine's folders are reached, and what files survive. */
public interface StorageOptions extends PipelineOptions {

  /** What may happen without a file being lost. */
  enum Fault {
    power,
    process
  }

  @Description(
      "What the output survives: power (a power cut: files are synced to disk before anything"
          + " relies on them) or process (the end of the process alone, which saves the syncs)."
          + " Folders of this machine and HDFS; S3 has every file on disk.")
  @Default.Enum("power")
  Fault getDurability();

  void setDurability(Fault value);

  @Description(
      "URL of a server that speaks S3's protocol, for example http://127.0.0.1:9000. Default: AWS.")
  String getS3Endpoint();

  void setS3Endpoint(String value);

  @Description(
      "Region of the S3 buckets. Default: as AWS's tools find it (AWS_REGION, profile, instance);"
          + " us-east-1 with --s3Endpoint.")
  String getS3Region();

  void setS3Region(String value);

  @Description("Put the bucket into the path of URLs, not into the host: most servers but AWS.")
  @Default.Boolean(false)
  boolean getS3PathStyle();

  void setS3PathStyle(boolean value);

  @Description(
      "Access key for S3. Default: as AWS's tools find it (AWS_ACCESS_KEY_ID, profile, instance).")
  String getS3AccessKey();

  void setS3AccessKey(String value);

  @Description("Secret key that belongs to --s3AccessKey.")
  String getS3SecretKey();

  void setS3SecretKey(String value);
}
