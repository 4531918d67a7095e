package io.tailrace.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Writes the rows of Parquet files to other ones, in their order. */
final class ParquetRewriter {

  private final Engine engine;
  private final String folder;

  /**
   * @param folder where the new files go
   */
  ParquetRewriter(Engine engine, String folder) {
    this.engine = engine;
    this.folder = folder;
  }

  /**
   * Writes new files.
   *
   * @param files the files to read
   * @param from their columns; those that a file does not have are null
   * @param to the same columns, maybe under other names
   */
  List<DataFileStatus> rewrite(List<FileStatus> files, StructType from, StructType to)
      throws IOException {
    return rewrite(files, from, to, rows -> rows);
  }

  /**
   * The same, where rows are changed before they are written.
   *
   * @param to the columns that they have then
   */
  List<DataFileStatus> rewrite(
      List<FileStatus> files, StructType from, StructType to, UnaryOperator<ColumnarBatch> change)
      throws IOException {
    List<DataFileStatus> written = new ArrayList<>();
    try (CloseableIterator<FileReadResult> read =
            engine
                .getParquetHandler()
                .readParquetFiles(
                    Utils.toCloseableIterator(files.iterator()), from, Optional.empty());
        CloseableIterator<FilteredColumnarBatch> rows =
            read.map(result -> whole(change.apply(result.getData()).withNewSchema(to)));
        CloseableIterator<DataFileStatus> all =
            engine.getParquetHandler().writeParquetFiles(folder, rows, statisticsColumns(to))) {
      all.forEachRemaining(written::add);
    }
    return written;
  }

  private static FilteredColumnarBatch whole(ColumnarBatch batch) {
    return new FilteredColumnarBatch(batch, Optional.empty());
  }

  private static List<Column> statisticsColumns(StructType columns) {
    return columns.fields().stream().map(field -> new Column(field.getName())).toList();
  }
}
