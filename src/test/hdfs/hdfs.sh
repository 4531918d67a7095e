#!/usr/bin/env bash
# HDFS on this machine, for LocalHdfs: a NameNode and a DataNode in one JVM, which this script
# becomes. They listen on 127.0.0.1 only and end when their standard input does.
#
# hdfs.sh CLASSES FOLDER PORT [-format]
#   CLASSES  the class path of the tests
#   FOLDER   for the data, and for details.json, which has the NameNode's port once all is up
#   PORT     the NameNode's, or 0 for any
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$root/runner-profiles/local-cluster.sh"

classes=$1 folder=$2 port=$3
lib=$root/target/hdfs/lib-$(property hadoop.version)
fetch_jars ../src/test/hdfs/pom.xml "$lib" hadoop.version slf4j.version < /dev/null

cd "$folder"
# Blocks of any size, so that a test can fill one.
exec "$java" -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  "-Djava.io.tmpdir=$folder" "-Dtest.build.data=$folder/data" -cp "$classes:$lib/*" \
  io.tailrace.it.UntilInputEnds org.apache.hadoop.test.MiniDFSClusterManager \
  -datanodes 1 -nnport "$port" -writeDetails "$folder/details.json" "${@:4}" \
  -D dfs.replication=1 -D dfs.namenode.fs-limits.min-block-size=1
