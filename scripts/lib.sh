# What ./holdfast and ./check share. To be sourced with `root` set to the repository's folder.

# shellcheck source=../app/src/dist/libexec/java.sh
. "$root/app/src/dist/libexec/java.sh"

# use_jdk: sets JAVA_HOME to a JDK that can build Holdfast, or ends the script.
use_jdk() {
  find_java 25 javac || exit 3
  export JAVA_HOME=$FOUND_JAVA
}

# maven ARGS: the wrapper, which fetches the right Maven from Maven Central by itself, else `mvn` where it cannot.
maven() {
  if [ -z "${MAVEN:-}" ]; then
    if "$root/mvnw" --version >/dev/null 2>&1; then
      MAVEN=$root/mvnw
    elif command -v mvn >/dev/null 2>&1; then
      MAVEN=mvn
    else
      echo "holdfast: Maven could not be fetched from Maven Central, and no mvn is installed." >&2
      return 1
    fi
  fi
  (cd "$root" && "$MAVEN" --batch-mode --no-transfer-progress -Dholdfast.commit="$(commit)" "$@") </dev/null
}

# commit: prints the short hash of what is built, with a mark if files differ from it.
commit() {
  git -C "$root" describe --always --abbrev=12 --exclude='*' --dirty 2>/dev/null || echo unknown
}

# with_lock COMMAND...: runs it while no other script of this clone builds. The lock ends with its process.
with_lock() {
  mkdir -p "$root/target"
  if command -v flock >/dev/null 2>&1; then
    (
      flock --nonblock 9 || {
        echo "holdfast: waiting for another build of this clone" >&2
        flock 9
      }
      "$@"
    ) 9>"$root/target/build.lock"
    return
  fi
  # A symbolic link is made by one process only, and says by which.
  local link=$root/target/build.pid owner status=0
  until ln -s "$$" "$link" 2>/dev/null; do
    owner=$(readlink "$link" || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -f "$link"
    else
      sleep 0.2
    fi
  done
  "$@" || status=$?
  rm -f "$link"
  return $status
}

# The stamp is written after a good build, with the time of its start, and holds the distribution's folder.
stamp=$root/app/target/build.stamp

# fresh: whether the distribution is there and nothing that goes into it changed since.
fresh() {
  local inputs=("$root/pom.xml")
  local path
  for path in "$root"/{gateway,loadtest,app,samples/*}/pom.xml "$root"/{gateway,loadtest,app,samples/*}/src; do
    [ ! -e "$path" ] || inputs+=("$path")
  done
  [ -s "$stamp" ] && [ -x "$(cat "$stamp")/bin/holdfast" ] &&
    [ -z "$(find "${inputs[@]}" -path '*/src/test' -prune -o -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

# distribution: prints the folder of what was built.
distribution() {
  local dir
  dir=$(ls -d "$root"/app/target/holdfast-*/bin)
  printf '%s\n' "${dir%/bin}"
}

# start_stamp, end_stamp: before and after a build. What is saved in between makes the next build stale.
start_stamp() {
  mkdir -p "$root/app/target"
  : >"$stamp.new"
}
end_stamp() {
  touch -r "$stamp.new" "$stamp.time"
  distribution >"$stamp.new"
  touch -r "$stamp.time" "$stamp.new"
  rm -f "$stamp.time"
  mv "$stamp.new" "$stamp"
}
