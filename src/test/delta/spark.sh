#!/usr/bin/env bash
# Spark with Delta Lake on this machine, for LocalSpark: it answers each line of SQL that it is
# given and ends when its standard input does.
#
# spark.sh FOLDER
#   FOLDER   for its temporary files
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$root/runner-profiles/local-cluster.sh"

folder=$1
lib=$root/target/delta/lib-$(property spark.version)-$(property delta-spark.version)
fetch_jars ../src/test/delta/pom.xml "$lib" spark.version delta-spark.version < /dev/null

opens=()
for package in io lang lang.invoke lang.reflect net nio util util.concurrent util.concurrent.atomic; do
  opens+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
for package in nio.ch nio.cs security.action util.calendar; do
  opens+=("--add-opens=java.base/sun.$package=ALL-UNNAMED")
done

cd "$folder"
exec "$java" -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${opens[@]}" \
  "-Djava.io.tmpdir=$folder" -cp "$lib/*" "$root/src/test/delta/SparkAnswers.java"
