#!/usr/bin/env bash
# Runs the microbenchmarks with the distribution's JVM flags; arguments go to JMH, for example: bench/jmh.sh CursorBenchmark -prof gc
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# shellcheck source=../scripts/lib.sh
. "$root/scripts/lib.sh"
use_jdk
maven --quiet -Dquick --projects bench --also-make package dependency:build-classpath \
  -Dmdep.outputFile=target/classpath -DincludeScope=runtime >&2
mapfile -t flags < <(grep '^-' "$root/app/src/dist/conf/jvm.options")
exec "$JAVA_HOME/bin/java" "${flags[@]}" -cp "$root/bench/target/classes:$(cat "$root/bench/target/classpath")" \
  org.openjdk.jmh.Main "$@"
