package io.tailrace.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Transaction;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Merges the small files of a table in a version that changes no data. Older versions still have
 * the small ones.
 *
 * <p>If another process adds a version meanwhile the same is tried again on that, so that what it
 * has added stays, and nothing is merged twice.
 */
public final class Compaction {

  /** Larger files are left as they are. */
  static final long SMALL_BYTES = 64L << 20;

  private final DeltaTable table;

  /**
   * What was merged.
   *
   * @param version the version that has it, or the newest, if there was nothing to merge
   */
  public record Result(long version, long filesBefore, long filesAfter, long rows) {}

  public Compaction(DeltaTable table) {
    this.table = table;
  }

  /** Merges. */
  public Result run() throws IOException {
    return table.run(
        () -> {
          List<DataFileStatus> merged = List.of();
          Set<String> sources = Set.of();
          while (true) {
            Snapshot base = table.load();
            if (!base.getPartitionColumnNames().isEmpty()) {
              throw new UsageException("compact: the table is partitioned by another engine");
            }
            List<AddFile> all = table.files(base);
            List<AddFile> small =
                all.stream().filter(file -> file.getSize() < SMALL_BYTES).toList();
            long rows = small.stream().mapToLong(file -> file.getNumRecords().orElse(0L)).sum();
            if (small.size() < 2) {
              return new Result(base.getVersion(), all.size(), all.size(), 0);
            }
            StructType columns = DeltaColumns.physical(base.getSchema());
            Set<String> now = small.stream().map(AddFile::getPath).collect(Collectors.toSet());
            if (!now.equals(sources)) {
              // Not newer than a file that is left as it is because it is large.
              merged =
                  DeltaTable.inOrder(
                      table.rewriter().rewrite(statuses(small), columns, columns),
                      small.get(small.size() - 1).getModificationTime());
              sources = new HashSet<>(now);
            }
            try {
              long version = commit(base, small, merged, columns);
              return new Result(
                  version, all.size(), all.size() - small.size() + merged.size(), rows);
            } catch (ConcurrentWriteException e) {
              // What was added meanwhile is to be seen first.
            }
          }
        });
  }

  private List<FileStatus> statuses(List<AddFile> files) {
    return files.stream()
        .map(
            file ->
                FileStatus.of(
                    table.kernelPath(file.getPath()), file.getSize(), file.getModificationTime()))
        .toList();
  }

  private long commit(
      Snapshot base, List<AddFile> small, List<DataFileStatus> merged, StructType columns) {
    Transaction transaction =
        base.buildUpdateTableTransaction(DeltaTable.ENGINE, Operation.MANUAL_UPDATE)
            .withMaxRetries(0)
            .build(table.engine());
    Optional<Long> now = Optional.of(System.currentTimeMillis());
    URI root = table.root();
    List<Row> actions = new ArrayList<>();
    for (AddFile file : small) {
      actions.add(SingleAction.createRemoveFileSingleAction(file.toRemoveFileRow(false, now)));
    }
    for (DataFileStatus file : merged) {
      actions.add(
          SingleAction.createAddFileSingleAction(
              AddFile.convertDataFileStatus(
                      columns,
                      root,
                      file,
                      Map.of(),
                      false,
                      Map.of(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty())
                  .toRow()));
    }
    return table.committed(transaction.commit(table.engine(), DeltaTable.iterable(actions)));
  }
}
