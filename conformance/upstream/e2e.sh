#!/usr/bin/env bash
# Runs the conformance tests of one class against a new cluster and says how many passed.
#
#   conformance/upstream/e2e.sh [CLASS] [NAME...]      CLASS is A (the default), B, C, D1, D2 or E; NAMEs choose among its tests
#
# E2E_TEST and KUBECTL name the binaries of the same Kubernetes release, else they are looked for on the PATH. KUBECONFIG
# together with E2E_CLUSTER=given runs against that cluster instead of a new one. E2E_REPORT is where the logs go.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
class="${1:-A}"
shift || true
newest=36
e2e="${E2E_TEST:-$(command -v e2e.test || true)}"
kybern="${KYBERN:-$root/kybern}"
kubectl="${KUBECTL:-$(command -v kubectl || true)}"
report="${E2E_REPORT:-$root/conformance/target/upstream-$class}"
port="${E2E_PORT:-7490}"
timeout="${E2E_TIMEOUT:-30m}"

[ -x "$e2e" ] || { echo "e2e.sh: no e2e.test; E2E_TEST says where it is" >&2; exit 2; }
[ -x "$kubectl" ] || { echo "e2e.sh: no kubectl; KUBECTL says where it is" >&2; exit 2; }
mkdir -p "$report"

# The names of the class as one regular expression: tags may stand between all words.
names() {
  awk -F'|' -v class="$class" -v newest="$newest" '
    $1 == class { split($2, v, "."); if (v[2] + 0 <= newest) print substr($0, length($1) + length($2) + 3) }' "$here/tests.txt"
}

chosen() {
  if [ $# = 0 ]; then names; else names | grep -F -f <(printf '%s\n' "$@"); fi
}

chosen "$@" > "$report/names.txt"
focus="$(sed -e 's/[][\\.^$*+?(){}|/]/\\&/g' -e 's/ /(?: \\[[^]]*\\])* /g' "$report/names.txt" | paste -sd'|')"

if [ "${E2E_CLUSTER:-}" != given ]; then
  data="$(mktemp -d)"
  name="e2e-${class,,}"
  export KUBECONFIG="$report/kubeconfig"
  rm -f "$KUBECONFIG"
  nodes=1
  case "$class" in C | D1) nodes=2 ;; esac
  "$kybern" up --runtime simulated --nodes "$nodes" --name "$name" --data-dir "$data" --port "$port" \
    --kubeconfig "$KUBECONFIG" > "$report/up.log" 2>&1 || { cat "$report/up.log" >&2; exit 2; }
  trap '"$kybern" down --name "$name" --data-dir "$data" >> "$report/up.log" 2>&1 || true; rm -rf "$data"' EXIT
fi

skip='\[Slow\]'
started=$(date +%s)
"$e2e" --kubeconfig="$KUBECONFIG" --provider=skeleton --allowed-not-ready-nodes=-1 --minStartupPods=0 \
  --kubectl-path="$kubectl" --report-dir="$report" --ginkgo.focus="$focus" --ginkgo.skip="$skip" --ginkgo.no-color \
  --ginkgo.timeout="$timeout" > "$report/e2e.log" 2>&1 || true
seconds=$(($(date +%s) - started))

# One line a test: its outcome and its name.
grep -o '<testcase name="\[It\][^"]*"[^>]*status="[a-z]*"' "$report"/junit*.xml 2> /dev/null \
  | sed -e 's/.*name="\[It\] \([^"]*\)".*status="\([a-z]*\)"/\2 \1/' -e 's/&#39;/'"'"'/g; s/&amp;/\&/g; s/&#34;/"/g' \
  | grep -v '^skipped' | sort > "$report/outcomes.txt" || true
passed=$(grep -c '^passed' "$report/outcomes.txt" || true)
ran=$(grep -c . "$report/outcomes.txt" || true)
echo "class $class: $passed of $ran passed in $seconds s ($(grep -c . "$report/names.txt") names; log: $report/e2e.log)"
grep -v '^passed' "$report/outcomes.txt" || true
[ "$passed" = "$ran" ] && [ "$ran" -gt 0 ]
