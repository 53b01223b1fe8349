#!/usr/bin/env bash
# Runs a client library's own tests against the cluster that KUBECONFIG names: run.sh fabric8|java|josdk|python [more arguments]
# The sources come from the library's repository at the tag below; SOURCE names a local copy of that instead. Everything is
# written to WORK (default: a new folder in the system's temporary one); more arguments go to Maven or pytest.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
client=${1:?fabric8, java, josdk or python}
shift
: "${KUBECONFIG:?names no cluster}"
case $client in
  fabric8) repository=fabric8io/kubernetes-client tag=v7.8.0 folders="kubernetes-itests junit" ;;
  java) repository=kubernetes-client/java tag=v27.0.0 folders="e2e extended" ;;
  josdk) repository=operator-framework/java-operator-sdk tag=v5.2.3 folders="operator-framework/src/test test-index-processor/src/main/java/io/javaoperatorsdk/annotation" ;;
  python) repository=kubernetes-client/python tag=v36.0.3 folders=kubernetes/e2e_test ;;
  *) echo "unknown: $client" >&2; exit 2 ;;
esac
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
source=${SOURCE:-$work/repository}
for folder in $folders; do
  [ ! -d "$work/$folder" ] || continue
  [ -e "$source" ] || git clone -q --bare --depth 1 --branch "$tag" "https://github.com/$repository" "$source"
  git -C "$source" archive "$tag" "$folder" | tar x -C "$work"
done
echo "results: $work"

if [ "$client" = python ]; then
  [ -x "$work/venv/bin/pytest" ] || { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q "kubernetes==${tag#v}" pytest; }
  # The tests name themselves kubernetes.e2e_test: they are laid into the installed package.
  package=$("$work/venv/bin/python" -c 'import kubernetes, os; print(os.path.dirname(kubernetes.__file__))')
  cp -r "$work/kubernetes/e2e_test" "$package/"
  cd "$package/.."
  exec "$work/venv/bin/pytest" -q -rA --junitxml="$work/results.xml" "$@" kubernetes/e2e_test
fi

# Tests that name no namespace mean the default one.
# Tests that name a file mean one of their module's.
if [ "$client" = josdk ]; then
  export KUBERNETES_NAMESPACE="${KUBERNETES_NAMESPACE:-default}"
  ln -sfn operator-framework/src "$work/src"
fi
cp "$here/$client/pom.xml" "$work/pom.xml"
exec "$here/../../mvnw" -B -f "$work/pom.xml" "$@" test
