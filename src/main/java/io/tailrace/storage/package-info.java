/**
 * Where files are: this machine's folders, S3 and what speaks its protocol, HDFS. Files appear
 * whole or not at all, and one process at a time can be the first to make a file.
 */
package io.tailrace.storage;
