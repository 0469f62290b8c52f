#!/usr/bin/env bash
# How long a proxy takes from its start to the first WebSocket served: exec until the 101 has come through it.
# See README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")

usage() {
  cat <<'END'
Usage: bench/start.sh [-n STARTS] [--java-opts OPTIONS]

Starts Holdfast again and again, with the ahead-of-time cache and without, and HAProxy and nginx where they are found,
in turns; prints the least, median and greatest time from exec to the first 101 through it, in milliseconds.

  -n STARTS             of each (default 10)
  --java-opts OPTIONS   more options of the JVM
  -h, --help            this text

Needs Linux with two cores, taskset, ip, openssl, gcc and python3.
END
}

# shellcheck source=lib.sh
. "$here/lib.sh"

starts=10 java_opts=''
arguments=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    -n) whole "$1" "${2:-}" && starts=$2 && shift ;;
    --java-opts) given "$1" "${2:-}" && java_opts=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done

demand taskset ip openssl gcc python3
demand_cores
own_network "$here/start.sh" "${arguments[@]}"
set_up
start_echo

commands=()
for name in haproxy nginx; do
  port[$name]=$((19200 + 10 * ${#port[@]})) tls_port[$name]=$((19201 + 10 * ${#tls_port[@]})) command=()
  # shellcheck disable=SC1090 # one of proxies/
  . "$here/proxies/$name" || { echo "start: $name is left out" >&2 && continue; }
  commands+=("$name|${port[$name]}||${command[*]}")
done
run="$holdfast run --listen 127.0.0.1:19300 --to ws://127.0.0.1:19101 --admin 127.0.0.1:19301"
commands+=("holdfast|19300|$java_opts|$run" "holdfast, no cache|19300|-XX:AOTMode=off $java_opts|$run")
python3 "$here/start.py" "$starts" "${commands[@]}"
