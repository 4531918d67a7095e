package io.tailrace.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.actions.AddFile;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.log.DataFile;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Glob;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes files of a table that its newest version does not have: those that were merged into
 * others, and those that an attempt left that was cut short. Versions that had them cannot be read
 * any more.
 */
public final class Vacuum {

  private static final String DATA = ".parquet";

  private final Folder folder;
  private final DeltaTable table;
  private final Ledger ledger;

  /**
   * @param folder of the table
   * @param ledger of the runs that write it
   */
  public Vacuum(Folder folder, Ledger ledger) {
    this.folder = folder;
    this.table = DeltaTable.in(folder);
    this.ledger = ledger;
  }

  /**
   * Deletes files that are old enough.
   *
   * @param retention files that were written, or taken out of the table, since then are kept
   * @return how many were deleted
   */
  public long run(Duration retention) throws IOException {
    long before = System.currentTimeMillis() - retention.toMillis();
    // Listed first, because what comes then may belong to the version that is looked at next.
    List<StoredFile> files =
        Storages.of(folder.path()).list(new Glob(folder.path() + "/*" + DATA)).stream()
            .filter(file -> file.modified() < before)
            .toList();
    Set<String> kept = toBeCommitted();
    kept.addAll(inUseSince(before));
    long deleted = 0;
    for (StoredFile file : files) {
      if (!kept.contains(file.name())) {
        folder.delete(file.name());
        deleted++;
      }
    }
    return deleted;
  }

  /** Of the newest version, and of those that were the newest since a time. */
  private Set<String> inUseSince(long time) throws IOException {
    Set<String> names = new HashSet<>();
    table.run(
        () -> {
          Snapshot newest = table.load();
          long version = newest.getVersion();
          Snapshot snapshot = newest;
          while (true) {
            for (AddFile file : table.files(snapshot)) {
              names.add(file.getPath().substring(file.getPath().lastIndexOf('/') + 1));
            }
            if (version == 0 || snapshot.getTimestamp(table.engine()) < time) {
              return null;
            }
            version--;
            snapshot = table.load(version);
          }
        });
    return names;
  }

  /** Of units whose receipts say that they are written, but which no version has yet. */
  private Set<String> toBeCommitted() throws IOException {
    String writer = ledger.identity().orElseThrow().id();
    long position = table.position(writer);
    Set<String> names = new HashSet<>();
    Optional<Plan> plan;
    for (long number = 1; (plan = ledger.plan(number)).isPresent(); number++) {
      for (Unit unit : plan.get().units()) {
        if (unit.number() > position) {
          Optional<Receipt> receipt = ledger.receiptWithoutTables(unit);
          receipt.ifPresent(
              known -> known.filesOf(name()).stream().map(DataFile::name).forEach(names::add));
        }
      }
    }
    return names;
  }

  private String name() {
    return folder.path().substring(folder.path().lastIndexOf('/') + 1);
  }
}
