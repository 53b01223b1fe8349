# Checks of what an operator makes of its objects; sourced by the scripts beside it. They set kubectl, namespace and work.

passed=0 failed=0

# check TEXT COMMAND...: tries the command for SECONDS_EACH (a minute).
check() {
  local text=$1 until=$((SECONDS + ${SECONDS_EACH:-60}))
  shift
  until "$@" > "$work/last.log" 2>&1; do
    if [ $SECONDS -ge $until ]; then
      failed=$((failed + 1))
      echo "failed: $text"
      sed 's/^/  /' "$work/last.log" | tail -n 5
      return 0
    fi
    sleep 0.5
  done
  passed=$((passed + 1))
  echo "passed: $text"
}

k() { "$kubectl" -n "$namespace" "$@"; }

# is WANTED RESOURCE JSONPATH; WANTED is a pattern of the shell's.
is() {
  local got
  got=$(k get "$2" -o "jsonpath=$3") || return 1
  echo "$2 $3: $got instead of $1"
  # shellcheck disable=SC2053
  [[ "$got" = $1 ]]
}

gone() { ! k get "$1" 2>&1 | grep -v NotFound; }

sum_up() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
