package io.tailrace.delta;

import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.StructField;

/**
 * A column of a version of a table.
 *
 * @param name its name
 * @param physicalName its name in the files
 * @param type its type, as Delta names it
 */
public record TableColumn(String name, String physicalName, String type) {

  static TableColumn of(StructField field) {
    return new TableColumn(
        field.getName(), ColumnMapping.getPhysicalName(field), field.getDataType().toString());
  }
}
