#!/usr/bin/env bash
# A Flink cluster on this machine, and Flink's own command line. See flink.md.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$root/target/flink-cluster
task_managers=2
slots=2
. "$root/runner-profiles/local-cluster.sh"

usage() {
  cat <<END
usage: flink.sh cluster [--port=PORT] [FOLDER]   a JobManager and $task_managers TaskManagers, until Ctrl-C
       flink.sh taskmanager [FOLDER]             one more TaskManager for the cluster of a folder
       flink.sh cli ...                          Flink's command line: run, list, stop, savepoint, cancel
FOLDER is for configuration and logs; without one it is $home.
FLINK_CONF_DIR is where cli looks for the configuration, FLINK_ENV_JAVA_OPTS are more JVM flags for all.
END
}

# Sets lib.
fetch_flink() {
  lib=$home/lib-$(property flink.version)
  fetch_jars flink-cluster.xml "$lib" flink.version log4j.version
}

# What Flink's serializers reach into on Java 17: jvm.opens of the main pom.
jvm() {
  local heap=$1
  # shellcheck disable=SC2046,SC2086
  exec "$java" "-Xmx$heap" -XX:+UseSerialGC $(property jvm.opens) \
    -Dorg.apache.logging.log4j.level=INFO ${FLINK_ENV_JAVA_OPTS:-} -cp "$lib/*" "${@:2}"
}

# A launcher prints what its user wants to see, and Flink only what is wrong.
quiet() {
  local settings=$home/launcher-log4j2.properties
  FLINK_ENV_JAVA_OPTS="-Dlog4j2.configurationFile=$settings ${FLINK_ENV_JAVA_OPTS:-}"
  [[ ! -f $settings ]] || return 0
  cat > "$settings" << END
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
# They miss YARN and a folder of plugins, which nobody needs here.
logger.cli.name = org.apache.flink.client.cli.CliFrontend
logger.cli.level = error
logger.plugins.name = org.apache.flink.core.plugin.PluginConfig
logger.plugins.level = error
END
}

configure() {
  local rest_port=$1
  mkdir -p "$folder/conf" "$folder/log" "$folder/tmp"
  cat > "$folder/conf/config.yaml" <<END
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: $(free_port)
jobmanager.bind-host: 127.0.0.1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $rest_port
rest.bind-port: '$rest_port'
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
io.tmp.dirs: $folder/tmp

# One TaskManager that is left has room for a job of parallelism 2.
taskmanager.numberOfTaskSlots: $slots
taskmanager.load-balance.mode: slots
taskmanager.cpu.cores: $slots
taskmanager.memory.task.heap.size: 384m
taskmanager.memory.task.off-heap.size: 0m
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.network.min: 64m
taskmanager.memory.network.max: 64m
taskmanager.memory.managed.size: 128m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 128m
taskmanager.memory.jvm-overhead.max: 128m

# A TaskManager that is gone is missed within seconds, and the job starts again from its last
# checkpoint, however often.
heartbeat.interval: 1000
heartbeat.timeout: 10000
restart-strategy.type: exponential-delay
restart-strategy.exponential-delay.initial-backoff: 500 ms
restart-strategy.exponential-delay.max-backoff: 10 s
END
}

task_manager() {
  # 128m of the framework and 64m of the network are direct memory. Flink tells the pid as its name.
  jvm 512m -XX:MaxDirectMemorySize=192m -XX:MaxMetaspaceSize=256m \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$folder/conf" \
    -D "taskmanager.resource-id=taskmanager-$BASHPID"
}

# Whether all TaskManagers have registered.
is_ready() {
  (
    exec 3<> "/dev/tcp/127.0.0.1/$1"
    printf 'GET /overview HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
    grep -q "\"taskmanagers\":$task_managers," <&3
  ) 2> /dev/null
}

cluster() {
  local port
  port=$(free_port)
  if [[ ${1:-} == --port=* ]]; then
    port=${1#--port=}
    shift
  fi
  folder=${1:-$home}
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  ! answers "$port" || fail "port $port is in use"
  fetch_flink
  configure "$port"
  stop_all_at_the_end
  start JobManager jobmanager jvm 512m -XX:MaxMetaspaceSize=256m \
    org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint \
    --configDir "$folder/conf"
  for ((i = 1; i <= task_managers; i++)); do
    start "TaskManager $i" "taskmanager-$i" task_manager
  done
  await is_ready "$port"
  echo "Ready: http://127.0.0.1:$port, submit with: $root/runner-profiles/flink.sh cli run" \
    "-m 127.0.0.1:$port -p 2 $root/target/tailrace-flink-cluster.jar server-logs --input=... --output=..."
  wait "${pids[0]}" || fail "the JobManager has ended; see $folder/log"
}

case ${1:-} in
  cluster)
    cluster "${@:2}"
    ;;
  taskmanager)
    folder=$(cd "${2:-$home}" && pwd)
    [[ -f $folder/conf/config.yaml ]] || fail "$folder is not the folder of a cluster"
    fetch_flink
    task_manager
    ;;
  cli)
    fetch_flink
    if [[ -z ${FLINK_CONF_DIR:-} ]]; then
      export FLINK_CONF_DIR=$home/conf
      mkdir -p "$FLINK_CONF_DIR"
      [[ -f $FLINK_CONF_DIR/config.yaml ]] || : > "$FLINK_CONF_DIR/config.yaml"
    fi
    quiet
    jvm 1g org.apache.flink.client.cli.CliFrontend "${@:2}"
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
