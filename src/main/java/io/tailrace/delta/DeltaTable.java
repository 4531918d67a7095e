package io.tailrace.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.transaction.UpdateTableTransactionBuilder;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Storages;
import io.tailrace.table.Columns;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogTable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Delta table in a folder of this machine or of HDFS.
 *
 * <p>What a writer adds appears whole, as a new version, with the writer's own number of how far it
 * is: what it adds again under the same number is not added twice. If another process has added a
 * version meanwhile, the next one is tried.
 *
 * <p>Not safe for use by more than one thread; any number of processes may write and read.
 */
public final class DeltaTable {

  static final String ENGINE = "Tailrace";
  private static final String LOCAL_LOG = "io.delta.kernel.logStore.file.impl";

  private static final Logger LOG = LoggerFactory.getLogger(DeltaTable.class);

  /**
   * By the times that {@link #inOrder} gives. Names tell the order only of what units have written:
   * merged files and those of other engines have random ones.
   */
  private static final Comparator<AddFile> OLDEST_FIRST =
      Comparator.comparingLong(AddFile::getModificationTime).thenComparing(AddFile::getPath);

  private final Folder folder;
  private final Engine engine;

  /** The newest version that this process knows. */
  private Snapshot newest;

  private DeltaTable(Folder folder, Engine engine) {
    this.folder = folder;
    this.engine = engine;
  }

  /**
   * The table in a folder, whether it is there yet or not.
   *
   * @throws UsageException if no table can be on that storage
   */
  public static DeltaTable in(Folder folder) {
    check(folder);
    Configuration configuration = Storages.hadoopConfiguration(folder.path());
    configuration.set(LOCAL_LOG, LocalTableLog.class.getName());
    return new DeltaTable(folder, DefaultEngine.create(configuration));
  }

  /**
   * Looks whether a table can be in a folder.
   *
   * @throws UsageException if not
   */
  public static void check(Folder folder) {
    if (folder.path().startsWith("s3:")) {
      throw new UsageException(
          "--logFormat: a Delta table is in a folder of this machine or of HDFS; give such an"
              + " --output, or --logFormat=parquet");
    }
  }

  /** Runs what Delta Kernel does, whose exceptions are no others' business. */
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T run(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (KernelException | KernelEngineException | UncheckedIOException e) {
      newest = null;
      throw new IOException(folder.path() + ": " + reason(e), e);
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof IOException) {
        // A stream to HDFS throws from close() what it has thrown before. In Delta Kernel and
        // Parquet a try-with-resources fails to add that to itself: "Self-suppression not
        // permitted".
        newest = null;
        throw new IOException(folder.path() + ": " + reason(e), e);
      }
      throw e;
    }
  }

  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Makes the table, with the columns of a log, unless it is there.
   *
   * @throws UsageException if it is there and a column has another type
   */
  public void create(LogTable log) throws IOException {
    run(
        () -> {
          if (snapshot().isPresent()) {
            grown(newest, List.of(log.schema()));
          } else {
            try {
              TableManager.buildCreateTableTransaction(folder.path(), DeltaColumns.of(log), ENGINE)
                  .withTableProperties(
                      log.mapsColumns() ? Map.of("delta.columnMapping.mode", "name") : Map.of())
                  .build(engine)
                  .commit(engine, CloseableIterable.emptyIterable());
            } catch (TableAlreadyExistsException | ConcurrentWriteException e) {
              LOG.debug("Another process has made {}", folder.path(), e);
            }
          }
          return null;
        });
  }

  /**
   * The columns of a table and of what is to be added to it.
   *
   * @throws UsageException if a column has another type; trying again would not mend it
   */
  private StructType grown(Snapshot base, List<Schema> files) {
    long lastId =
        Long.parseLong(
            base.getMetadata()
                .getConfiguration()
                .getOrDefault(ColumnMapping.COLUMN_MAPPING_MAX_COLUMN_ID_KEY, "0"));
    try {
      return DeltaColumns.with(base.getSchema(), files, lastId);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          String.format(
              "--schema: %s already has other columns: %s; give the types that it has",
              folder.path(), e.getMessage()),
          e);
    }
  }

  /**
   * How far a writer is: the number of what it added last, or 0.
   *
   * @param writer its name, which no other writer has
   */
  public long position(String writer) throws IOException {
    return run(
        () -> {
          newest = null;
          return snapshot()
              .orElseThrow(() -> new IOException(folder.path() + " is no Delta table"))
              .getLatestTransactionVersion(engine, writer)
              .orElse(0L);
        });
  }

  /**
   * Adds files, and the columns that they have more than the table, in one version.
   *
   * @param writer the name of the writer
   * @param from how far it has been so far
   * @param to how far it is with these files
   * @return whether they were added; if not, the writer is not where it thought it was, because
   *     somebody else has written in its name
   */
  public boolean append(List<DataFile> files, String writer, long from, long to)
      throws IOException {
    return run(
        () -> {
          while (true) {
            Snapshot base =
                snapshot().orElseThrow(() -> new IOException(folder.path() + " has gone"));
            if (base.getLatestTransactionVersion(engine, writer).orElse(0L) != from) {
              return false;
            }
            try {
              commit(base, files, writer, to);
              return true;
            } catch (ConcurrentWriteException e) {
              LOG.info("{} has got another version meanwhile: trying again", folder.path());
              newest = null;
            }
          }
        });
  }

  private void commit(Snapshot base, List<DataFile> files, String writer, long to)
      throws IOException {
    StructType columns = base.getSchema();
    List<Schema> schemas =
        files.stream().map(DataFile::schema).distinct().map(DeltaTable::parse).toList();
    StructType grown = grown(base, schemas);
    UpdateTableTransactionBuilder update =
        base.buildUpdateTableTransaction(ENGINE, Operation.STREAMING_UPDATE)
            .withTransactionId(writer, to);
    if (grown.length() > columns.length()) {
      update.withUpdatedSchema(grown);
    }
    Transaction transaction = update.build(engine);
    List<DataFileStatus> added = new ArrayList<>();
    for (DataFile file : files) {
      added.addAll(asInTable(file, grown));
    }
    Row state = transaction.getTransactionState(engine);
    List<Row> actions = new ArrayList<>();
    try (CloseableIterator<Row> rows =
        Transaction.generateAppendActions(
            engine,
            state,
            iterator(inOrder(added, System.currentTimeMillis())),
            Transaction.getWriteContext(engine, state, Map.of()))) {
      rows.forEachRemaining(actions::add);
    }
    committed(transaction.commit(engine, iterable(actions)));
  }

  /**
   * Files with times in their order, which end with a time. When they were written tells less:
   * units are written side by side, and join the table in their order.
   */
  static List<DataFileStatus> inOrder(List<DataFileStatus> files, long last) {
    List<DataFileStatus> inOrder = new ArrayList<>();
    for (DataFileStatus file : files) {
      long after = files.size() - 1L - inOrder.size();
      inOrder.add(
          new DataFileStatus(file.getPath(), file.getSize(), last - after, file.getStatistics()));
    }
    return inOrder;
  }

  /**
   * A file as the table can have it. Its columns are those of the table, unless that had too many
   * to get all of them, and so are their names, unless another engine has made a column that is
   * called the same and given it a name of its own in files.
   */
  private List<DataFileStatus> asInTable(DataFile file, StructType columns) throws IOException {
    Schema schema = parse(file.schema());
    StructType own = DeltaColumns.inFile(file, schema);
    StructType wanted = DeltaColumns.inTable(schema, columns);
    List<Schema.Field> missing = DeltaColumns.missing(schema, columns);
    if (missing.isEmpty() && withoutRaw(own).equals(wanted)) {
      return List.of(
          new DataFileStatus(
              // Relative, it would not be found; the table writes it relative to itself.
              kernelPath(file.name()),
              file.bytes(),
              file.modified(),
              DataFileStatistics.deserializeFromJson(file.statistics(), wanted)));
    }
    return rewriter()
        .rewrite(
            List.of(FileStatus.of(kernelPath(file.name()), file.bytes(), file.modified())),
            own,
            wanted,
            rows -> RescuedColumn.without(missing, schema, rows));
  }

  private static StructType withoutRaw(StructType columns) {
    return new StructType(
        columns.fields().stream().filter(field -> !field.getName().equals(Columns.RAW)).toList());
  }

  private static Schema parse(String json) {
    return new Schema.Parser().parse(json);
  }

  /** Does what is to be done after a commit, whose version it tells. */
  long committed(TransactionCommitResult result) {
    newest = result.getPostCommitSnapshot().orElse(null);
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      switch (hook.getType()) {
        // Others would cost the more the larger the table is.
        case CHECKPOINT, CHECKSUM_SIMPLE -> {
          try {
            hook.threadSafeInvoke(engine);
            if (hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT) {
              // What is known so far has every version since it was read, and is looked through for
              // each commit; read anew it begins with the checkpoint.
              newest = null;
            }
          } catch (CheckpointAlreadyExistsException e) {
            LOG.debug("Another process was faster", e);
          } catch (IOException | RuntimeException e) {
            // The version is there. Reading it takes longer until there is another checkpoint.
            LOG.warn("{}: {} failed: {}", folder.path(), hook.getType(), e.getMessage());
          }
        }
        default -> {
          // Not needed.
        }
      }
    }
    return result.getVersion();
  }

  Engine engine() {
    return engine;
  }

  ParquetRewriter rewriter() {
    return new ParquetRewriter(engine, kernelPath(""));
  }

  /** The newest version that there is. */
  Snapshot load() throws IOException {
    newest = null;
    return snapshot().orElseThrow(() -> new IOException(folder.path() + " is no Delta table"));
  }

  /** The URI of the table's folder. */
  URI root() {
    return URI.create(
        folder.isLocal()
            ? new File(folder.path()).toURI().toString().replaceFirst("/?$", "/")
            : new org.apache.hadoop.fs.Path(folder.path()).toUri().toASCIIString() + "/");
  }

  /**
   * A file that the log names by a URI, mostly a relative one, as Delta Kernel takes it: a URI
   * again, in which nothing is escaped.
   */
  String kernelPath(String uri) {
    return new org.apache.hadoop.fs.Path(root().resolve(uri)).toString();
  }

  /** The newest version this process knows, or the newest there is. */
  private Optional<Snapshot> snapshot() {
    if (newest == null) {
      try {
        newest = TableManager.loadSnapshot(folder.path()).build(engine);
      } catch (TableNotFoundException e) {
        return Optional.empty();
      }
    }
    return Optional.of(newest);
  }

  /** The newest version, if the table is there. */
  public Optional<TableVersion> newest() throws IOException {
    return run(
        () -> {
          newest = null;
          Optional<Snapshot> snapshot = snapshot();
          return snapshot.isPresent() ? Optional.of(describe(snapshot.get())) : Optional.empty();
        });
  }

  /**
   * The version of a number.
   *
   * @throws UsageException if there is none
   */
  public TableVersion version(long number) throws IOException {
    return asOf(
        "version " + number,
        () -> TableManager.loadSnapshot(folder.path()).atVersion(number).build(engine));
  }

  /**
   * The version that was the newest at a time.
   *
   * @param millis since 1970
   * @throws UsageException if there was none yet, or the time is yet to come
   */
  public TableVersion at(long millis) throws IOException {
    return asOf(
        "that time",
        () -> {
          Snapshot latest = TableManager.loadSnapshot(folder.path()).build(engine);
          return TableManager.loadSnapshot(folder.path()).atTimestamp(millis, latest).build(engine);
        });
  }

  private TableVersion asOf(String what, Work<Snapshot> load) throws IOException {
    Snapshot snapshot;
    try {
      snapshot = load.run();
    } catch (KernelException | IllegalArgumentException e) {
      throw new UsageException(
          String.format("--asOf: there is nothing of %s: %s", what, e.getMessage()), e);
    } catch (KernelEngineException e) {
      throw new IOException(folder.path() + ": " + reason(e), e);
    }
    return run(() -> describe(snapshot));
  }

  private TableVersion describe(Snapshot snapshot) throws IOException {
    List<TableVersion.File> files = new ArrayList<>();
    for (AddFile file : files(snapshot)) {
      files.add(
          new TableVersion.File(
              path(file.getPath()),
              file.getSize(),
              file.getNumRecords().orElse(-1L),
              VectorUtils.toJavaMap(file.getPartitionValues())));
    }
    return new TableVersion(
        snapshot.getVersion(),
        snapshot.getTimestamp(engine),
        snapshot.getSchema().fields().stream().map(TableColumn::of).toList(),
        files,
        snapshot.getTableProperties());
  }

  /** The files of a version in the order in which their rows came. */
  List<AddFile> files(Snapshot snapshot) throws IOException {
    List<AddFile> files = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        snapshot.getScanBuilder().build().getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (rows.hasNext()) {
            AddFile file =
                new AddFile(rows.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
            if (file.getDeletionVector().isPresent()) {
              throw new UsageException(
                  folder.path()
                      + " has deletion vectors of another engine; have that rewrite the table"
                      + " without (REORG TABLE … APPLY (PURGE))");
            }
            files.add(file);
          }
        }
      }
    }
    files.sort(OLDEST_FIRST);
    return files;
  }

  /** Where a file is that the log names by a URI, mostly a relative one. */
  private String path(String uri) {
    URI absolute = root().resolve(uri);
    return "file".equals(absolute.getScheme()) ? absolute.getPath() : absolute.toString();
  }

  private static <T> CloseableIterator<T> iterator(List<T> list) {
    return io.delta.kernel.internal.util.Utils.toCloseableIterator(list.iterator());
  }

  static CloseableIterable<Row> iterable(List<Row> rows) {
    return CloseableIterable.inMemoryIterable(iterator(rows));
  }
}
