package io.tailrace.options;

/** The options of pipelines that are files of SQL. */
public interface SqlOptions extends RecordOptions, AlertOptions {}
