#!/usr/bin/env bash
# Plays ramp, stress and spike (a part of their time) at `holdfast demo`: through the gateway, and straight at one of its
# nodes. Prints a table for docs/scenarios.md; exits with 1 when a threshold through the gateway does not hold.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'END'
Usage: bench/scenarios.sh [--reports FOLDER]

  --reports FOLDER  keep the reports there, one file of HTML for each run
  -h, --help        this text

Takes some 20 minutes. Needs jq.
END
}

# shellcheck source=arguments.sh
. "$root/bench/arguments.sh"

reports=
while [ $# -gt 0 ]; do
  case $1 in
    --reports) given "$1" "${2:-}" && reports=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "unknown option '$1'" ;;
  esac
  shift
done
demand jq

work=$(mktemp -d)
demo=
stop() {
  [ -z "$demo" ] || kill -TERM "$demo" 2>/dev/null || true
  rm -rf -- "$work"
}
trap stop EXIT

"$root/holdfast" version >/dev/null
holdfast=$(cat "$root/app/target/build.stamp")/bin/holdfast
"$holdfast" demo --port 0 >"$work/demo.log" 2>&1 &
demo=$!
for _ in $(seq 100); do
  ! grep -q 'Ctrl-C ends' "$work/demo.log" || break
  sleep 0.2
done
gateway=$(sed -n 's|^ *page *http://\(.*\)/$|\1|p' "$work/demo.log")
node=$(sed -n 's|^ *backend *http://\(.*\)/ .*|\1|p' "$work/demo.log" | head -n 1)

failed=0
row() {
  local scenario=$1 times=$2 where=$3 address=$4 code=0
  "$holdfast" loadtest "ws://$address/" --scenario "$scenario" --times "$times" --json \
    --threshold connect.p95=20ms --threshold message.p95=10ms --threshold success=99.99% --threshold errors=0.01% \
    ${reports:+--report "$reports/$scenario-$where.html"} >"$work/result.json" || code=$?
  jq -r --arg where "$where" --arg times "$times" --arg code "$code" '
    def ms: . * 100 | round / 100;
    "| `\(.scenario)`, \($times) of its time | \($where) | \([.timeline[].users] | max) | \(.total.deliveredPerSecond | round)"
    + " | \(.total.connect.p95 | ms) | \(.total.message.p50 | ms) | \(.total.message.p95 | ms) | \(.total.message.p99 | ms)"
    + " | \(.total.success * 100) % | \(if $code == "0" then "passed" else "failed" end) |"' "$work/result.json"
  jq -r 'select(.tool.isBottleneck).tool.says' "$work/result.json" >&2
  [ "$code" = 0 ] || [ "$where" != gateway ] || failed=1
}

echo '| scenario | at | most users | delivered/s | connect p95, ms | message p50 | p95 | p99 | success | thresholds |'
echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |'
for one in "ramp 0.5" "stress 0.2" "spike 1"; do
  row ${one% *} "${one#* }" gateway "$gateway"
  row ${one% *} "${one#* }" node "$node"
done
exit "$failed"
