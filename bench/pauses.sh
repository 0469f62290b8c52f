#!/usr/bin/env bash
# What collections of garbage cost messages: Holdfast with one set of JVM flags after another. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")

usage() {
  cat <<'END'
Usage: bench/pauses.sh [-c CONNECTIONS] [-n NEW] [-r REPEATS] [-s SECONDS] [FLAGS...]

Echoes of 128 B, 20,000 a second over kept connections, while others come and go: what messages wait, how long
collections stop all of it, and what memory the process has. Each FLAGS is one argument, JVM flags for one line of the
table; without any, the usual collectors are compared. An empty one is Holdfast as it comes, which is Parallel on the
one core that it has here. Whatever gives the heap a share of memory, such as -XX:MaxRAMPercentage=25, the JVM's
default, has the JVM size the young generation, which else is 16 MiB.

CPU is all of the process's, that of the others' handshakes and of collections too, by the messages of the kept ones.
Pauses are of the process's whole life; the longest is mostly one while the kept connections open, within a second or
two. Memory is PSS once they are gone.

  -c CONNECTIONS   kept connections (default 9000)
  -n NEW           others a second, in ten bursts, each of which stays for about a second; at least 10 (default 400)
  -r REPEATS       fresh processes for each line (default 3)
  -s SECONDS       time measured in each, behind eighteen of warm-up (default 12)

Needs Linux with two cores, taskset, ip, openssl, gcc and python3.
END
}

# shellcheck source=lib.sh
. "$here/lib.sh"

connections=9000 new=400 repeats=3 seconds=12 warmup=4 arguments=("$@") variants=()
while [ $# -gt 0 ]; do
  case $1 in
    -c | -n | -r | -s)
      whole "$1" "${2:-}"
      case $1 in
        -c) connections=$2 ;;
        -n) new=$2 ;;
        -r) repeats=$2 ;;
        -s) seconds=$2 ;;
      esac
      shift
      ;;
    -h | --help) usage && exit 0 ;;
    '' | -X* | -D*) variants+=("$1") ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done
[ "$new" -ge 10 ] || wrong "-n is $new, but must be at least 10"
[ ${#variants[@]} -gt 0 ] ||
  variants=('' -XX:MaxRAMPercentage=25 -XX:+UseSerialGC -XX:+UseG1GC '-XX:+UseG1GC -XX:MaxRAMPercentage=25' -XX:+UseZGC)

demand taskset ip openssl gcc python3
demand_cores
own_network "$0" "${arguments[@]}"
set_up

# come_and_go: ten loops of new connections, as long as there is $work/come; they begin a tenth of a second apart.
come_and_go() {
  local each
  for each in $(seq 10); do
    while [ -e "$work/come" ]; do
      taskset -c 1 "$work/load" "${port[holdfast]}" $((new / 10)) 16 0 1 rate $((new / 10)) >>"$work/comers" 2>>"$work/load.log" || exit 1
    done &
    sleep 0.1
  done
  wait
}

# observe FLAGS: one fresh process; its numbers are added to $work/observed, a line each.
observe() {
  local report comers
  HOLDFAST_JAVA_OPTS="-Xlog:gc,gc+phases:file=$work/gc.log:uptime:filecount=0 $1" start_proxy holdfast || exit 1
  echoes holdfast 500 128 5 rate 20000 >/dev/null
  taskset -c 1 "$work/load" "${port[holdfast]}" 64 64 0 5 churn >"$work/warm-up" ||
    { say "the warm-up failed: $(cat "$work/warm-up")" && exit 1; }
  touch "$work/come"
  : >"$work/comers"
  come_and_go &
  comers=$!
  report=$(echoes holdfast "$connections" 128 "$seconds" rate 20000)
  rm "$work/come"
  wait $comers
  [ -n "$report" ] || { say "the load failed: $(tail -n 3 "$work/load.log")" && exit 1; }
  python3 - "$report" "$work/gc.log" "$(memory "${pid[holdfast]}")" "$1" "$work/comers" >>"$work/observed" <<'END'
import json, re, sys

report = json.loads(sys.argv[1])
comers = [json.loads(line) for line in open(sys.argv[5])]
if not report["ok"] or not comers or not all(batch["ok"] for batch in comers):
    sys.exit("pauses: the load failed: %s" % [batch["problems"] for batch in [report, *comers] if not batch["ok"]])
pauses = [float(found[1]) for found in (re.search(r"Pause .* ([0-9.]+)ms$", line) for line in open(sys.argv[2])) if found]
if not open(sys.argv[2]).read():
    sys.exit("pauses: the log of collections is empty")
waits, memory = report["latency"], json.loads(sys.argv[3])
print(json.dumps([sys.argv[4] or "(as it comes)", report["cpuOf"]["microsPerEcho"] / 2, waits["p99"] / 1e3, waits["p999"] / 1e3,
                  waits["max"] / 1e3, max(pauses, default=0), sum(pauses), memory["pss"] / 1024]))
END
  stop "${pid[holdfast]}"
  wait "${pid[holdfast]}" 2>/dev/null || true
}

start_echo
for repeat in $(seq "$repeats"); do
  for flags in "${variants[@]}"; do
    say "${flags:-(as it comes)} $repeat/$repeats"
    observe "$flags"
  done
done
python3 - "$work/observed" <<'END'
import json, sys

lines = {}
for line in open(sys.argv[1]):
    flags, *numbers = json.loads(line)
    lines.setdefault(flags, []).append(numbers)
print("| JVM flags | CPU µs per message | p99 ms | p99.9 ms | max ms | longest pause ms | all pauses ms | PSS MiB |")
print("|---|--:|--:|--:|--:|--:|--:|--:|")
for flags, runs in lines.items():
    print("|", " | ".join([flags] + [", ".join(("%.0f" if number >= 100 else "%.3g") % number for number in column) for column in zip(*runs)]), "|")
END
