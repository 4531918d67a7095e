package io.tailrace.options;

import io.tailrace.storage.StorageOptions;
import java.util.List;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemOptions;
import org.apache.beam.sdk.options.ApplicationNameOptions;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;
import org.apache.beam.sdk.options.PortablePipelineOptions;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.transforms.resourcehints.ResourceHintsOptions;

/**
 * The options that every run has whichever its pipeline and its runner: those of Beam, those of the
 * storages, and those that runners ask for.
 *
 * <p>Beam checks each kind of options against all that are known before it, by every method of
 * theirs, which takes most of the start of a process. So all are known from the start, where that
 * is done beside other work, and small ones come first. Beam takes registrars in the order of their
 * names, and this one comes before its own.
 */
public final class CommonOptions implements PipelineOptionsRegistrar {

  @Override
  public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
    return List.of(
        PipelineOptions.class,
        ApplicationNameOptions.class,
        StreamingOptions.class,
        ExperimentalOptions.class,
        ResourceHintsOptions.class,
        HadoopFileSystemOptions.class,
        StorageOptions.class,
        PortablePipelineOptions.class,
        S3Options.class);
  }
}
