#!/usr/bin/env bash
# Holdfast and HAProxy side by side: same load, one core for the proxy, load and echo on the other.
# Prints messages/s and CPU microseconds per relayed message of each, and their ratio. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
  cat <<'EOT'
Usage: bench/run.sh [-r REPEATS] [-d SECONDS] [SCENARIO...]
  SCENARIO   one or more of: single (64 B, 200 connections, 1 in flight), busy (the same, 16 in
             flight), medium (16 KiB, 50 connections), bulk (1 MiB, 8 connections);
             default: single busy
  -r         interleaved repeats (default 5); medians are printed
  -d         seconds of each run (default 5)
Needs two cores, haproxy, taskset and python3. Only 127.0.0.1 is used.
EOT
}

repeats=5 seconds=5
while getopts r:d:h option; do
  case $option in
    r) repeats=$OPTARG ;;
    d) seconds=$OPTARG ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
scenarios=("${@:-single}")
[ $# -gt 0 ] || scenarios=(single busy)

for tool in haproxy taskset python3; do
  command -v "$tool" >/dev/null || { echo "bench: $tool is missing (apt-get install $tool)" >&2; exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "bench: two cores are needed" >&2; exit 1; }

"$root/holdfast" version >/dev/null
holdfast=$(echo "$root"/app/target/holdfast-*/bin/holdfast)
work=$(mktemp -d)
echo_port=19101 haproxy_port=19201 holdfast_port=19202 admin_port=19203
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

# The kernel's accounting, all threads and children-to-be of one process, in clock ticks.
ticks() { awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$1/stat"; }
await() { # port
  for _ in $(seq 200); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.05; done
  echo "bench: nothing listens on port $1; see $work" >&2
  exit 1
}

taskset -c 1 "$holdfast" echo --listen 127.0.0.1:$echo_port >"$work/echo.log" 2>&1 &
pids+=($!)
sed "s/@LISTEN@/$haproxy_port/; s/@ECHO@/$echo_port/" "$here/conf/haproxy.cfg" >"$work/haproxy.cfg"
taskset -c 0 haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
haproxy_pid=$!
pids+=($haproxy_pid)
taskset -c 0 "$holdfast" run --listen 127.0.0.1:$holdfast_port --to ws://127.0.0.1:$echo_port \
  --admin 127.0.0.1:$admin_port >"$work/holdfast.log" 2>&1 &
holdfast_pid=$!
pids+=($holdfast_pid)
await $echo_port; await $haproxy_port; await $holdfast_port

load() { # port connections inflight size seconds
  taskset -c 1 "$holdfast" loadtest "ws://127.0.0.1:$1/" --connections "$2" --inflight "$3" \
    --size "$4" --duration "${5}s" --json --no-progress
}

measure() { # scenario proxy pid port connections inflight size
  local before after json
  before=$(ticks "$3")
  json=$(load "$4" "$5" "$6" "$7" "$seconds") || { echo "bench: $2 lost or broke messages: $json" >&2; exit 1; }
  after=$(ticks "$3")
  echo "$1 $2 $((after - before)) $json" >>"$work/results"
}

for scenario in "${scenarios[@]}"; do
  case $scenario in
    single) shape="200 1 64" ;;
    busy) shape="200 16 64" ;;
    medium) shape="50 1 16KiB" ;;
    bulk) shape="8 1 1MiB" ;;
    *) echo "bench: no scenario $scenario" >&2; usage >&2; exit 2 ;;
  esac
  # shellcheck disable=SC2086 # the shape is three words
  {
    load $holdfast_port $shape 10 >/dev/null # the JIT compilers
    for _ in $(seq "$repeats"); do
      measure "$scenario" haproxy $haproxy_pid $haproxy_port $shape
      measure "$scenario" holdfast $holdfast_pid $holdfast_port $shape
    done
  }
done

python3 "$here/report.py" "$work/results" "$(getconf CLK_TCK)" "$(haproxy -v | head -1)"
