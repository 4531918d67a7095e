#!/usr/bin/env bash
# A Spark cluster on this machine, and spark-submit. See spark.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$root/target/spark-cluster
workers=2
cores=1
memory=768m
. "$root/runner-profiles/local-cluster.sh"

usage() {
  cat <<END
usage: spark.sh cluster [--port=PORT] [FOLDER]   a Master and $workers Workers, until Ctrl-C
       spark.sh submit ...                       spark-submit
FOLDER is for logs and temporary files; without one it is $home.
SPARK_DAEMON_JAVA_OPTS and SPARK_SUBMIT_OPTS are more JVM flags for the cluster and for submit.
END
}

# Spark's jars, where Spark looks for them.
fetch_spark() {
  export SPARK_HOME=$home/spark-$(property spark.version) SPARK_SCALA_VERSION=2.12
  # Everything listens on the loopback address.
  export SPARK_LOCAL_IP=127.0.0.1
  fetch_jars spark-cluster.xml "$SPARK_HOME/jars" spark.version
}

# Becomes a JVM of Spark's. Spark's own launcher tells the command, with the flags that Java 17
# needs: a zero byte, the end of a line, and then each word with a zero byte behind it.
jvm() {
  local command=()
  mapfile -d '' -t command < <(
    "$java" -XX:TieredStopAtLevel=1 -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@"
  )
  [[ ${#command[@]} -gt 1 ]] || fail "Spark's launcher refuses: $*"
  exec "${command[1]#$'\n'}" "${command[@]:2}"
}

# A driver prints what its user wants to see, and Spark only what is wrong, unless SPARK_CONF_DIR
# says otherwise.
quiet() {
  [[ -z ${SPARK_CONF_DIR:-} ]] || return 0
  export SPARK_CONF_DIR=$SPARK_HOME/conf-of-drivers
  [[ -d $SPARK_CONF_DIR ]] && return
  mkdir -p "$SPARK_CONF_DIR"
  cat > "$SPARK_CONF_DIR/log4j2.properties" << END
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
END
}

# has FILE TEXT: whether a log has a text.
has() {
  grep -q "$2" "$1" 2> /dev/null
}

cluster() {
  local port
  port=$(free_port)
  if [[ ${1:-} == --port=* ]]; then
    port=${1#--port=}
    shift
  fi
  folder=${1:-$home}
  mkdir -p "$folder"/{log,tmp,work}
  folder=$(cd "$folder" && pwd)
  ! answers "$port" || fail "port $port is in use"
  fetch_spark
  export SPARK_LOCAL_DIRS=$folder/tmp SPARK_DAEMON_MEMORY=256m
  local url=spark://127.0.0.1:$port
  stop_all_at_the_end
  rm -f "$folder"/log/*.log
  start Master master jvm org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port "$port" --webui-port "$(free_port)"
  await has "$folder/log/master.log" 'New state: ALIVE'
  for ((i = 1; i <= workers; i++)); do
    start "Worker $i" "worker-$i" jvm org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --webui-port "$(free_port)" --cores $cores --memory $memory \
      --work-dir "$folder/work" "$url"
  done
  for ((i = 1; i <= workers; i++)); do
    await has "$folder/log/worker-$i.log" 'Successfully registered with master'
  done
  echo "Ready: $url, submit with: $root/runner-profiles/spark.sh submit --master $url" \
    "--executor-memory 512m $root/target/tailrace-spark-cluster.jar server-logs --input=... --output=..."
  wait "${pids[0]}" || fail "the Master has ended; see $folder/log"
}

case ${1:-} in
  cluster)
    cluster "${@:2}"
    ;;
  submit)
    fetch_spark
    quiet
    jvm org.apache.spark.deploy.SparkSubmit "${@:2}"
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
