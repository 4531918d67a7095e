package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.log.DataFile;
import io.tailrace.log.LogTable;
import io.tailrace.log.RowCondition;
import io.tailrace.options.TailraceOptions.LogFormat;
import io.tailrace.query.LogFileReader;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Notices of the rows of a log that meet a condition, unit by unit. The position is the number of a
 * unit.
 */
final class ChosenRows implements Notices {

  private final Ledger ledger;
  private final Folder output;
  private final RowCondition condition;
  private final LogFileReader reader = new LogFileReader();

  ChosenRows(Ledger ledger, Folder output, RowCondition condition) {
    this.ledger = ledger;
    this.output = output;
    this.condition = condition;
  }

  @Override
  public Batch after(long position) throws IOException {
    LogTable log = condition.log();
    long last = position;
    while (true) {
      Unit unit = new Unit(last + 1, List.of(), 0);
      Optional<Receipt> receipt = ledger.receiptWithoutTables(unit);
      if (receipt.isEmpty()) {
        return new Batch(List.of(), last);
      }
      last = unit.number();
      if (receipt.get().rows().getOrDefault(log.name(), 0L) > 0) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (String file : files(log, unit, receipt.get())) {
          rows.addAll(reader.rows(output.folder(log.name()), file, condition));
        }
        if (!rows.isEmpty()) {
          return new Batch(rows, last);
        }
      }
    }
  }

  /** Those of a table have names of their own, which the receipt has. */
  private static List<String> files(LogTable log, Unit unit, Receipt receipt) {
    return log.format() == LogFormat.delta
        ? receipt.filesOf(log.name()).stream().map(DataFile::name).toList()
        : List.of(unit.name() + log.suffix());
  }

  @Override
  public void close() {
    reader.close();
  }
}
