package io.tailrace.query;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.OptionErrors;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.storage.Folder;
import io.tailrace.storage.StorageOptions;
import io.tailrace.storage.Storages;
import io.tailrace.storage.UnusableStorageException;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * The output that a command is about.
 *
 * @param folder where it is
 * @param identity whose it is
 * @param pipeline the pipeline that writes it
 */
public record OutputChoice(Folder folder, Ledger.Identity identity, LogPipeline pipeline) {

  /**
   * Finds an output.
   *
   * @param command the command that asks
   * @param storageOptions how it is reached, in the options that a run has for it
   * @throws UsageException if it is not there
   */
  public static OutputChoice of(String command, String output, List<String> storageOptions)
      throws IOException {
    PipelineOptionsFactory.register(StorageOptions.class);
    String[] arguments = storageOptions.toArray(new String[0]);
    try {
      StorageOptions options = PipelineOptionsFactory.fromArgs(arguments).as(StorageOptions.class);
      FileSystems.setDefaultPipelineOptions(Storages.prepare(options, output));
    } catch (IllegalArgumentException e) {
      throw new UsageException(command + ": " + OptionErrors.explain(e.getMessage(), arguments), e);
    }
    Folder folder = folder(output);
    Ledger ledger = Ledger.of(folder);
    Ledger.Identity identity =
        ledger
            .identity()
            .orElseThrow(
                () ->
                    new UsageException(
                        "--output: no pipeline has written "
                            + folder.path()
                            + " yet; give the --output of a run"));
    return new OutputChoice(folder, identity, Pipelines.of(ledger, identity));
  }

  private static Folder folder(String output) throws IOException {
    try {
      Folder folder = Folder.of(output);
      folder.check();
      return folder;
    } catch (UnusableStorageException | IllegalArgumentException e) {
      throw new UsageException("--output: " + e.getMessage(), e);
    }
  }
}
