#!/usr/bin/env bash
# A Spark cluster on this machine, and spark-submit. See spark.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$root/target/spark-cluster
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
workers=2
cores=1
memory=768m

usage() {
  cat <<END
usage: spark.sh cluster [--port=PORT] [FOLDER]   a Master and $workers Workers, until Ctrl-C
       spark.sh submit ...                       spark-submit
FOLDER is for logs and temporary files; without one it is $home.
SPARK_DAEMON_JAVA_OPTS and SPARK_SUBMIT_OPTS are more JVM flags for the cluster and for submit.
END
}

fail() {
  echo "spark.sh: $1" >&2
  exit 1
}

# property NAME: a version of the main pom.
property() {
  sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml" | head -n 1
}

# Spark's jars, which Maven fetches once for each version, where Spark looks for them.
fetch_jars() {
  local version
  version=$(property spark.version)
  export SPARK_HOME=$home/spark-$version SPARK_SCALA_VERSION=2.12
  # Everything listens on the loopback address.
  export SPARK_LOCAL_IP=127.0.0.1
  [[ -d $SPARK_HOME/jars ]] && return
  echo "Fetching Spark $version ..." >&2
  mkdir -p "$SPARK_HOME"
  local unfinished=$home/jars.$$
  mvn -q -B -f "$root/runner-profiles/spark-cluster.xml" dependency:copy-dependencies \
    -Dspark.version="$version" \
    -Dmaven-dependency-plugin.version="$(property maven-dependency-plugin.version)" \
    -DoutputDirectory="$unfinished" >&2 || fail "Maven cannot fetch Spark's jars"
  mv -T "$unfinished" "$SPARK_HOME/jars" 2> /dev/null || rm -rf "$unfinished"
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

answers() {
  (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

# A port that nobody listens on, below those that the system gives to clients.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    answers "$port" || break
  done
  echo "$port"
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

# start NAME LOG CLASS ARGUMENTS...: starts a JVM whose process is this function's.
start() {
  jvm "${@:3}" > "$folder/log/$2.log" 2>&1 < /dev/null &
  pids+=($!)
  echo "$1: pid $!"
}

stop_all() {
  trap - EXIT
  trap '' INT TERM
  kill "${pids[@]}" 2> /dev/null || true
  for ((i = 0; i < 50; i++)); do
    kill -0 "${pids[@]}" 2> /dev/null || break
    sleep 0.1
  done
  kill -KILL "${pids[@]}" 2> /dev/null || true
}

# await_line FILE TEXT: waits until a log has a text.
await_line() {
  until grep -q "$2" "$1" 2> /dev/null; do
    for pid in "${pids[@]}"; do
      kill -0 "$pid" 2> /dev/null || fail "process $pid has ended; see $folder/log"
    done
    sleep 0.2
  done
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
  fetch_jars
  export SPARK_LOCAL_DIRS=$folder/tmp SPARK_DAEMON_MEMORY=256m
  local url=spark://127.0.0.1:$port
  pids=()
  trap stop_all EXIT
  trap 'exit 0' INT TERM
  rm -f "$folder"/log/*.log
  start Master master org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port "$port" --webui-port "$(free_port)"
  await_line "$folder/log/master.log" 'New state: ALIVE'
  for ((i = 1; i <= workers; i++)); do
    start "Worker $i" "worker-$i" org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --webui-port "$(free_port)" --cores $cores --memory $memory \
      --work-dir "$folder/work" "$url"
  done
  for ((i = 1; i <= workers; i++)); do
    await_line "$folder/log/worker-$i.log" 'Successfully registered with master'
  done
  echo "Ready: $url, submit with: $root/runner-profiles/spark.sh submit --master $url" \
    "--executor-memory 512m $root/target/tailrace-spark.jar server-logs --input=... --output=..."
  wait "${pids[0]}" || fail "the Master has ended; see $folder/log"
}

case ${1:-} in
  cluster)
    cluster "${@:2}"
    ;;
  submit)
    fetch_jars
    quiet
    jvm org.apache.spark.deploy.SparkSubmit "${@:2}"
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
