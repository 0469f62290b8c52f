#!/usr/bin/env bash
# Holdfast and other proxies side by side: the same load, the proxy on one core, load and echo on the other.
# Prints a table and writes JSON. See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")

usage() {
  cat <<'END'
Usage: bench/run.sh [--quick] [--docs] [-r REPEATS] [-d SECONDS] [-p PROXY,PROXY] [SCENARIO...]

  single    64 B echoed over 200 connections, one under way on each
  busy      the same with 16 under way
  medium    16 KiB over 50 connections
  bulk      1 MiB over 8 connections
  steady    128 B over 4,000 connections, 20,000 a second whatever comes back (open loop)
  growth    steady with 100, with 1,000 and with 9,000 connections
  short     connect, handshake, one echo, close; 64 at a time
  http      plain HTTP exchanges over 100 kept connections, for reference
  idle      memory at 2,000 and 8,000 connections; each has carried 128 B
  idle-64k  the same; each has carried 64 KiB
  tls, tls-bulk, tls-short   single, bulk and short over wss:// (all but tls-short run by default)

  -r REPEATS     rounds of each scenario, through all proxies in turn (default 3); idle has one
  -d SECONDS     time measured in each run (default 2), behind two of warm-up
  -p PROXY,...   files of bench/proxies (default: all whose program is found), for example -p haproxy,holdfast
  --quick        one round of one second: shows that all works, not who is faster
  --docs         write docs/performance.md from what was measured
  -o FILE        where the JSON goes (default bench/results/TIME.json)

Needs Linux with two cores, taskset, ip, openssl, gcc and python3. HAPROXY, NGINX, CADDY, ENVOY and
TRAEFIK may name other builds than those on PATH.
END
}

# shellcheck source=lib.sh
. "$here/lib.sh"

repeats=3 seconds=2 warmup=2 docs=false quick=false only='' results=$here/results/$(date +%Y-%m-%d-%H%M%S).json
arguments=("$@") scenarios=()
while [ $# -gt 0 ]; do
  case $1 in
    -r) whole "$1" "${2:-}" && repeats=$2 && shift ;;
    -d) whole "$1" "${2:-}" && seconds=$2 && shift ;;
    -p)
      given "$1" "${2:-}" && only=${2//,/ } && shift
      for name in $only; do
        [ -e "$here/proxies/$name" ] || wrong "there is no proxy '$name', but $(ls -C -w 0 "$here/proxies")"
      done
      ;;
    -o) given "$1" "${2:-}" && results=$2 && shift ;;
    --quick) quick=true repeats=1 seconds=1 warmup=0.5 ;;
    --docs) docs=true ;;
    -h | --help) usage && exit 0 ;;
    growth) scenarios+=(growth-100 growth-1000 growth-9000) ;;
    single | busy | medium | bulk | steady | short | http | idle | idle-64k | tls | tls-bulk | tls-short) scenarios+=("$1") ;;
    *) wrong "unknown option or scenario '$1'" ;;
  esac
  shift
done
[ ${#scenarios[@]} -gt 0 ] ||
  scenarios=(single busy medium bulk steady growth-100 growth-1000 growth-9000 short http tls tls-bulk idle idle-64k)

demand taskset ip openssl gcc python3
demand_cores
own_network "$0" "${arguments[@]}"

set_up

start_echo
for name in ${only:-direct floor haproxy haproxy-64k nginx nginx-64k caddy envoy traefik holdfast}; do
  start_proxy "$name" || echo "bench: $name is left out" >&2
done
describe >"$work/machine"

for scenario in "${scenarios[@]}"; do
  case $scenario in
    idle) idle 128 ;;
    idle-64k) idle 65536 ;;
    *)
      for name in "${proxies[@]}"; do
        if takes_part "$name" && [ "${warm[$name]}" != 0 ]; then
          measure "$name" 0 "$($quick && echo 1 || echo "${warm[$name]}")"
        fi
      done
      for repeat in $(seq "$repeats"); do
        for name in "${proxies[@]}"; do
          [ "$name" != direct ] || [ "$repeat" = 1 ] || continue # once is enough to see what the load can do
          ! takes_part "$name" || measure "$name" "$repeat" "$seconds"
        done
      done
      ;;
  esac
done

mkdir -p "$(dirname "$results")"
$docs && page=$root/docs/performance.md || page=
python3 "$here/report.py" --results "$results" ${page:+--docs "$page"} "$work/machine" "$work/runs"
