# What flink.sh and spark.sh share: jars, ports and processes. They set root, home and, for the
# processes of a cluster, folder.

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
pids=()

fail() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

# property NAME: a version of the main pom.
property() {
  sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml" | head -n 1
}

# fetch_jars POM FOLDER PROPERTY...: the dependencies of a pom, in the versions of the main one,
# which Maven fetches once.
fetch_jars() {
  local pom=$1 folder=$2
  [[ ! -d $folder ]] || return 0
  local versions=() name
  for name in maven-dependency-plugin.version "${@:3}"; do
    versions+=("-D$name=$(property "$name")")
  done
  echo "Fetching jars into $folder ..." >&2
  local unfinished=$folder.$$
  mkdir -p "$(dirname "$folder")"
  mvn -q -B -Dstyle.color=never -f "$root/runner-profiles/$pom" dependency:copy-dependencies "${versions[@]}" \
    -DoutputDirectory="$unfinished" >&2 || fail "Maven cannot fetch the jars"
  mv -T "$unfinished" "$folder" 2> /dev/null || rm -rf "$unfinished"
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

# start NAME LOG FUNCTION...: starts a JVM whose process is this function's.
start() {
  "${@:3}" > "$folder/log/$2.log" 2>&1 < /dev/null &
  pids+=($!)
  echo "$1: pid $!"
}

# await COMMAND...: waits until a command succeeds, while all processes are alive.
await() {
  until "$@"; do
    for pid in "${pids[@]}"; do
      kill -0 "$pid" 2> /dev/null || fail "process $pid has ended; see $folder/log"
    done
    sleep 0.2
  done
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

stop_all_at_the_end() {
  trap stop_all EXIT
  trap 'exit 0' INT TERM
}
