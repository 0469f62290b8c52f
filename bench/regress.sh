#!/usr/bin/env bash
# Whether Holdfast has become dearer: CPU beside a bare relay in the same run, system calls and allocation per message.
# None of these says how fast the machine is, or how busy, as times would. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")

# name | generous bound | strict bound, for a quiet machine | what
checks='
single     | 2.0 | 1.4 | CPU per message beside the floor, one under way on each connection
busy       | 2.5 | 1.6 | CPU per message beside the floor, 16 under way on each
short      | 6.0 | 4.0 | CPU per connection beside the floor: connect, handshake, echo, close
syscalls   | 3.5 | 3.1 | system calls per message over epoll, one under way in all
allocation | 32  | 16  | bytes allocated per message by the whole process
'

usage() {
  cat <<'END'
Usage: bench/regress.sh [--strict] [--bound NAME=VALUE]... [--java-opts OPTIONS]

Checks that Holdfast has not become dearer: its CPU beside that of a bare relay (floor.c) in the same run, its system
calls and what it allocates per message. Takes about a minute; ./check does it, too.

  --strict              the bounds for a quiet machine, and what cannot be measured here fails
  --bound NAME=VALUE    another bound for single, busy, short, syscalls or allocation
  --java-opts OPTIONS   more options for the gateway's JVM, for example -Xint, which must fail
  -h, --help            this text

Exit codes: 0 all is within its bound, 1 something is not or failed, 2 wrong usage, 3 something is missing.
Needs Linux with two cores, a JDK, taskset, ip, openssl, gcc and strace.
END
}

# shellcheck source=lib.sh
. "$here/lib.sh"

strict=false java_opts=''
declare -A bound=()
arguments=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    --strict) strict=true ;;
    --bound)
      [[ ${2:-} =~ ^(single|busy|short|syscalls|allocation)=([0-9.]+)$ ]] ||
        wrong "--bound is '${2:-}', but must be NAME=VALUE with single, busy, short, syscalls or allocation"
      bound[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]} && shift
      ;;
    --java-opts) given "$1" "${2:-}" && java_opts=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done

# shellcheck source=../scripts/lib.sh
. "$root/scripts/lib.sh"
use_jdk
demand taskset ip openssl gcc strace
demand_cores
own_network "$here/regress.sh" "${arguments[@]}"
set_up
scenario=regress

# run PROXY ARGUMENT...: one load; its report is then in $report. A lost or changed echo ends the check.
run() {
  report=$(load "$@" --cpu-of "${pid[$1]}") || {
    echo "regress: the load through $1 failed: $report" >&2
    tail -n 5 "$work/load.log" "$work/$1.log" >&2
    exit 1
  }
}

# number KEY: the last number of that name in $report.
number() { sed -n "s/[^\n]*\"$1\":\([0-9.]*\).*/\1/p" <<<"$report"; }

calculate() { awk "BEGIN { printf \"%.2f\", $1 }"; }

declare -A value=()

# beside_floor NAME LOAD...: CPU of Holdfast by that of the floor, in turns. Each counts with its cheapest turn, for
# what else goes on in the machine only ever adds.
beside_floor() {
  local proxy cost
  local -A least=()
  run holdfast "${@:2}" --warmup 0s --duration 3s # for the JIT compilers
  for _ in 1 2; do
    for proxy in floor holdfast; do
      run $proxy "${@:2}" --warmup 200ms --duration 700ms
      cost=$(number microsPerEcho)
      least[$proxy]=$(awk -v a="$cost" -v b="${least[$proxy]:-$cost}" 'BEGIN { print a < b ? a : b }')
    done
  done
  value[$1]=$(calculate "${least[holdfast]} / ${least[floor]}")
}

# allocated: bytes that the gateway's threads have allocated so far. The JVM tells them in KiB up to 100 MiB a thread, then in
# MiB: hence before short connections, and over a long load.
allocated() {
  "$JAVA_HOME/bin/jcmd" -J-XX:TieredStopAtLevel=1 "${pid[holdfast]}" Thread.print -e | awk '
    match($0, / allocated=[0-9]+[BKMG]/) {
      size = substr($0, RSTART + 11, RLENGTH - 12)
      unit = substr($0, RSTART + RLENGTH - 1, 1)
      total += size * 1024 ^ (index("BKMG", unit) - 1)
    }
    END { if (!total) exit 1; printf "%d", total }'
}

# allocation: of a long load, less that of a short one with as many connections, so that only messages count.
allocation() {
  local seconds before after bytes=() echoes=()
  for seconds in 1 4; do
    before=$(allocated)
    run holdfast --connections 100 --warmup 0s --duration ${seconds}s
    after=$(allocated)
    bytes+=($((after - before))) echoes+=("$(number echoed)")
  done
  value[allocation]=$(calculate "(${bytes[1]} - ${bytes[0]}) / (2 * (${echoes[1]} - ${echoes[0]}))")
}

# syscalls: of one connection with one message under way. There nothing is ready together with anything else, so their
# number is the same on a machine that is slow, and strace makes it slow.
syscalls() {
  local tracer
  strace -f -c -o "$work/calls" -p "${pid[holdfast]}" 2>"$work/strace.log" &
  tracer=$!
  for _ in $(seq 50); do
    ! grep -q attached "$work/strace.log" || break
    kill -0 $tracer 2>/dev/null || { unmeasured="strace may not attach: $(head -n 1 "$work/strace.log")" && return; }
    sleep 0.1
  done
  run holdfast --connections 1 --warmup 0s --duration 1s
  kill -INT $tracer
  wait $tracer || true
  value[syscalls]=$(calculate "$(awk '$NF == "total" { print $4 }' "$work/calls") / (2 * $(number echoed))")
}

# judge: the table; returns 1 when a bound is broken.
judge() {
  local name generous strictly what most verdict broken=0
  if grep -q 'transport io_uring' "$work/holdfast.log"; then
    checks=${checks/3.5 | 3.1 | system calls per message over epoll/2.5 | 2.1 | system calls per message over io_uring}
  fi
  printf '%-10s %8s %8s\n' check value bound
  while IFS='|' read -r name generous strictly what; do
    name=${name// /}
    [ -n "$name" ] || continue
    $strict && most=${strictly// /} || most=${generous// /}
    most=${bound[$name]:-$most}
    if [ -z "${value[$name]:-}" ]; then
      verdict="not measured: $unmeasured"
      ! $strict || broken=1
    elif awk "BEGIN { exit !(${value[$name]} <= $most) }"; then
      verdict=ok
    else
      verdict=BROKEN
      broken=1
    fi
    printf '%-10s %8s %8s  %s: %s\n' "$name" "${value[$name]:--}" "$most" "$verdict" "${what# }"
  done <<<"$checks"
  return $broken
}

export HOLDFAST_JAVA_OPTS=-XX:TieredStopAtLevel=1 # load and echo: soon ready counts for more than fast
start_echo
start_proxy floor || { echo "regress: floor.c does not compile" >&2 && exit 3; }
HOLDFAST_JAVA_OPTS=$java_opts start_proxy holdfast || exit 1
beside_floor single --connections 200
beside_floor busy --connections 200 --inflight 16
allocation
beside_floor short --churn --connections 64
unmeasured=
syscalls
judge || { echo "regress: Holdfast has become dearer, or the machine is too noisy for these bounds" >&2 && exit 1; }
