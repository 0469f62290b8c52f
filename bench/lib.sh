# What run.sh, regress.sh, pauses.sh and start.sh share; sourced by them. Expects their variables.
# shellcheck shell=bash disable=SC2154

proxies=() # the names of those that run
declare -A pid=() port=() tls_port=() version=() settings=() warm=()
echo_pid=''

say() { echo "[$(date +%T)] $*" >&2; }

# shellcheck source=arguments.sh
. "$here/arguments.sh"

# own_network SCRIPT ARGUMENT...: starts the script again in a network namespace, where one can be had: ports of our own,
# and TCP as it is without pacing. Where the system's congestion control is BBR, its timers cost more than proxies do.
own_network() {
  local how
  if [ -z "${BENCH_NETWORK:-}" ]; then
    "$root/holdfast" version >/dev/null # builds, which may need the network
    for how in "unshare --net" "unshare --map-root-user --net"; do
      # shellcheck disable=SC2086 # two words and more
      if $how true 2>/dev/null; then
        BENCH_NETWORK=own exec $how "$@"
      fi
    done
    echo "bench: unshare gives no network namespace: the system's own settings of TCP apply" >&2
  elif [ "$BENCH_NETWORK" = own ]; then
    ip link set lo up
    echo reno >/proc/sys/net/ipv4/tcp_congestion_control || echo "bench: the congestion control cannot be set" >&2
    echo 20000 65000 >/proc/sys/net/ipv4/ip_local_port_range || true
  fi
  ulimit -n "$(ulimit -Hn)"
}

# stop PID: ends a process that we started, kindly first.
stop() {
  kill "$1" 2>/dev/null || return 0
  for _ in $(seq 50); do kill -0 "$1" 2>/dev/null && sleep 0.1 || return 0; done
  kill -KILL "$1" 2>/dev/null || true
}
stop_all() {
  local name
  for name in "${!pid[@]}"; do [ -z "${pid[$name]}" ] || stop "${pid[$name]}"; done
  [ -z "$echo_pid" ] || stop "$echo_pid"
}

await_port() { # PORT
  for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  return 1
}

# set_up: sets $holdfast and $work, a folder with a certificate and the programs in C. At the end it goes, and whatever was
# started is stopped.
set_up() {
  holdfast=$(cat "$root/app/target/build.stamp")/bin/holdfast
  work=$(mktemp -d)
  trap 'stop_all; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  prepare_certificate
  prepare_tools
}

prepare_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=bench.test \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  cat "$work/cert.pem" "$work/key.pem" >"$work/both.pem"
  chmod -R go+rX "$work" # some proxies leave root behind
}

prepare_tools() {
  local tool
  for tool in floor http load echo; do gcc -O2 -Wall -o "$work/$tool" "$here/$tool.c" || exit 1; done
}

start_echo() {
  taskset -c 1 "$work/echo" 19101 19102 19103 19104 >"$work/echo.log" 2>&1 &
  echo_pid=$!
  await_port 19104 || { cat "$work/echo.log" >&2 && exit 1; }
}

# fill FILE KEY=VALUE...: a configuration of conf/ for the proxy that is being started; its path is then in $filled.
fill() {
  filled=$work/$name-$1
  local edits=(-e "s|@PORT@|${port[$name]}|g" -e "s|@TLS_PORT@|${tls_port[$name]}|g" -e "s|@DIR@|$work|g") pair
  for pair in "${@:2}"; do edits+=(-e "s|@${pair%%=*}@|${pair#*=}|g"); done
  sed "${edits[@]}" "$here/conf/$1" >"$filled"
}

# start_proxy NAME: starts it on core 0 as its file in proxies/ says, or returns 1 when its program is missing.
start_proxy() {
  local name=$1 base=$((19200 + 10 * ${#port[@]})) command=() shown='' about='' first=0
  port[$name]=${port[$name]:-$base} tls_port[$name]=${tls_port[$name]:-$((base + 1))}
  # shellcheck disable=SC1090 # one of proxies/
  . "$here/proxies/$name" || return 1
  version[$name]=$shown settings[$name]=$about warm[$name]=$first pid[$name]=''
  if [ ${#command[@]} -gt 0 ]; then
    taskset -c 0 "${command[@]}" >"$work/$name.log" 2>&1 &
    pid[$name]=$!
    await_port "${port[$name]}" || { say "$name does not listen:" && tail -n 5 "$work/$name.log" >&2 && return 1; }
  fi
  [[ " ${proxies[*]} " = *" $name "* ]] || proxies+=("$name")
}

# takes_part NAME: whether a proxy runs in $scenario. Those with large buffers stand in for the plain ones where messages
# are large, and beside them where memory is measured.
takes_part() {
  case $scenario:$1 in
    idle*:direct | idle*:floor | tls*:direct | tls*:floor) return 1 ;;
    medium:*-64k | *bulk:*-64k | idle*:*-64k) return 0 ;;
    *:*-64k) return 1 ;;
    medium:* | *bulk:*) [[ " ${proxies[*]} " != *" $1-64k "* ]] ;;
  esac
}

# family PID: it and all its children.
family() {
  echo "$1"
  local child
  while read -rd " " child; do family "$child"; done < <(cat "/proc/$1"/task/*/children 2>/dev/null)
}

# cpu_micros PID: user and system time of all its family so far.
cpu_micros() {
  [ -n "$1" ] || { echo 0 && return; }
  local each total=0
  for each in $(family "$1"); do
    total=$((total + $(sed 's/.*) //' "/proc/$each/stat" | awk '{print $12 + $13}')))
  done
  echo $((total * 1000000 / $(getconf CLK_TCK)))
}

# memory PID: JSON of what its family holds, in KiB.
memory() {
  local each pss=0 rss=0
  for each in $(family "$1"); do
    pss=$((pss + $(awk '/^Pss:/ {print $2}' "/proc/$each/smaps_rollup")))
    rss=$((rss + $(awk '/^VmRSS:/ {print $2}' "/proc/$each/status")))
  done
  echo "{\"pss\":$pss,\"rss\":$rss}"
}

record() { # NAME REPEAT KEY JSON
  echo "{\"scenario\":\"$scenario\",\"proxy\":\"$1\",\"repeat\":$2,\"$3\":$4}" >>"$work/runs"
}

load() { # NAME ARGUMENT...
  local url=ws://127.0.0.1:${port[$1]}/
  [[ $scenario != tls* ]] || url=wss://127.0.0.1:${tls_port[$1]}/
  taskset -c 1 "$holdfast" loadtest "$url" --insecure --json --no-progress "${@:2}" 2>"$work/load.log"
}

echoes() { # NAME CONNECTIONS SIZE SECONDS MORE...
  taskset -c 1 "$work/load" "${port[$1]}" "$2" "$3" "$warmup" "$4" "${@:5}" ${pid[$1]:+cpu-of ${pid[$1]}} \
    2>"$work/load.log" || true
}

secure_echoes() { # NAME SECONDS ARGUMENT...
  load "$1" "${@:3}" --warmup "${warmup}s" --duration "${2}s" ${pid[$1]:+--cpu-of ${pid[$1]}} || true
}

# measure NAME REPEAT SECONDS: one run of $scenario; repeat 0 is a warm-up and not recorded.
measure() {
  local name=$1 repeat=$2 report before
  case $scenario in
    single) report=$(echoes "$1" 200 64 "$3") ;;
    busy) report=$(echoes "$1" 200 64 "$3" inflight 16) ;;
    medium) report=$(echoes "$1" 50 16384 "$3") ;;
    bulk) report=$(echoes "$1" 8 1048576 "$3") ;;
    steady) report=$(echoes "$1" 4000 128 "$3" rate 20000) ;;
    growth-*) report=$(echoes "$1" "${scenario#growth-}" 128 "$3" rate 20000) ;;
    short) report=$(echoes "$1" 64 64 "$3" churn) ;;
    tls) report=$(secure_echoes "$1" "$3" --connections 200 --size 64) ;;
    tls-bulk) report=$(secure_echoes "$1" "$3" --connections 8 --size 1MiB) ;;
    tls-short) report=$(secure_echoes "$1" "$3" --churn --connections 64 --size 64) ;;
    http)
      taskset -c 1 "$work/http" "${port[$name]}" 100 0.5 >/dev/null || true
      before=$(cpu_micros "${pid[$name]}")
      report=$(taskset -c 1 "$work/http" "${port[$name]}" 100 "$3") || report='{"exchanges":0}'
      report="${report%\}},\"cpuMicros\":$(($(cpu_micros "${pid[$name]}") - before))}"
      ;;
  esac
  [ -n "$report" ] || { say "$name: $(tail -n 3 "$work/load.log")" && exit 1; }
  [ "$repeat" = 0 ] || record "$name" "$repeat" report "$report"
  say "$scenario $name $([ "$repeat" = 0 ] && echo warm-up || echo "$repeat/$repeats")"
}

# idle BYTES: what each connection adds to the memory of a fresh process, once it has carried one message. No JVM may bring
# the load: PSS counts what is shared by half, and Holdfast would share its libraries with one.
idle() {
  local name each fresh first
  for name in "${proxies[@]}"; do
    takes_part "$name" || continue
    stop "${pid[$name]}"
    wait "${pid[$name]}" 2>/dev/null || true
    start_proxy "$name" || continue
    first=$($quick && echo 1 || echo "$((${warm[$name]} + 1))")
    echoes "$name" 50 1024 "$first" >/dev/null
    echoes "$name" 50 64 "$first" churn >/dev/null
    sleep 1
    settle "$name"
    fresh=$(memory "${pid[$name]}")
    for each in 2000 8000; do
      say "$scenario $name $each"
      taskset -c 1 "$work/load" "${port[$name]}" $each "$1" 0 2 rate $((each / 2)) hold 6 >"$work/idle" &
      local loader=$!
      await_connections "$name" $each
      sleep 4 # two of load, two of rest
      settle "$name"
      kill -0 "${pid[$name]}" || { say "$name has ended: $(tail -n 3 "$work/$name.log")" && break; }
      record "$name" 1 memory "{\"connections\":$each,\"fresh\":$fresh,\"loaded\":$(memory "${pid[$name]}")}"
      wait $loader || say "$name: $(cat "$work/idle")"
    done
  done
}

# await_connections NAME COUNT: until its processes have that many sockets on either side.
await_connections() {
  local each open
  for _ in $(seq 150); do
    open=0
    for each in $(family "${pid[$1]}"); do open=$((open + $(find "/proc/$each/fd" | wc -l))); done
    [ "$open" -lt $((2 * $2)) ] || return 0
    sleep 0.1
  done
  say "$1 does not reach $2 connections"
}

# settle NAME: has a JVM collect its garbage.
settle() {
  local java
  java=$(readlink "/proc/${pid[$1]}/exe" || true)
  [ "${java##*/}" != java ] || "${java%/*}/jcmd" "${pid[$1]}" GC.run >/dev/null || true
}

describe() { # JSON of where and what
  local name
  echo "{\"time\":\"$(date -u +%FT%TZ)\",\"repeats\":$repeats,\"seconds\":$seconds,\"warmup\":$warmup,"
  echo "\"congestion\":\"$(cat /proc/sys/net/ipv4/tcp_congestion_control)\",\"load\":$(cut -d' ' -f1 /proc/loadavg),\"proxies\":["
  for name in "${proxies[@]}"; do
    echo "{\"name\":\"$name\",\"version\":\"${version[$name]}\",\"settings\":\"${settings[$name]}\"},"
  done
  echo "null]}"
}
