package io.tailrace.delta;

import java.util.List;
import java.util.Map;

/**
 * A version of a table: what it was made of when it was the newest.
 *
 * @param number 0 for the first
 * @param timestamp when it was made, in milliseconds since 1970
 * @param columns its columns
 * @param files its files, in the order in which their rows came
 * @param properties what is set of it
 */
public record TableVersion(
    long number,
    long timestamp,
    List<TableColumn> columns,
    List<File> files,
    Map<String, String> properties) {

  /**
   * A file.
   *
   * @param path where it is
   * @param bytes its size
   * @param rows how many it has, or -1 if nobody has noted it
   * @param partition the values that all its rows have in columns by which another engine has
   *     partitioned the table, by the physical names of the columns; the file lacks those columns
   */
  public record File(String path, long bytes, long rows, Map<String, String> partition) {}
}
