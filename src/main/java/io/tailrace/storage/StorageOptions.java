package io.tailrace.storage;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** How storages other than this machine's folders are reached. */
public interface StorageOptions extends PipelineOptions {

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
