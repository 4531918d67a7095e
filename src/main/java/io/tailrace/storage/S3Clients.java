package io.tailrace.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Makes clients of S3, for Beam's file system and for {@link S3Storage}.
 *
 * <p>Beam asks for a builder in every process, whether it uses S3 or not, and builds the client
 * when it does. Nothing is loaded before: the classes take half a second, and looking for a region
 * asks a server of the cloud, which is not everywhere.
 */
public final class S3Clients implements S3ClientBuilderFactory {

  @Override
  public S3ClientBuilder createBuilder(S3Options options) {
    return (S3ClientBuilder)
        Proxy.newProxyInstance(
            S3Clients.class.getClassLoader(),
            new Class<?>[] {S3ClientBuilder.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(builder(options), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A builder with all that the options say. */
  static S3ClientBuilder builder(S3Options options) {
    S3ClientBuilder builder =
        new DefaultS3ClientBuilderFactory()
            .createBuilder(options)
            .forcePathStyle(options.as(StorageOptions.class).getS3PathStyle());
    return builder.overrideConfiguration(
        builder.overrideConfiguration().toBuilder()
            .addExecutionInterceptor(new WithoutBucketKey())
            .build());
  }

  /**
   * Takes a header away that Beam sends with every file that it begins, even where nothing is to be
   * encrypted, and that servers without encryption refuse. Without it the bucket decides.
   */
  private static final class WithoutBucketKey implements ExecutionInterceptor {

    private static final String HEADER = "x-amz-server-side-encryption-bucket-key-enabled";

    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      SdkHttpRequest request = context.httpRequest();
      return request.firstMatchingHeader(HEADER).filter("false"::equals).isPresent()
          ? request.toBuilder().removeHeader(HEADER).build()
          : request;
    }
  }
}
