#!/usr/bin/env bash
# Builds the original Kubernetes and etcd into bin/ (about six minutes on two cores), and Helm where it is asked for.
# Arguments: the programs wanted; default all but helm. etcd@VERSION, as etcd@v3.5.35, gets a folder of its own, which UPSTREAM_BIN may name.
set -euo pipefail
cd "$(dirname "$0")"
version=v1.36.3
out=${UPSTREAM_BIN:-$PWD/bin}
mkdir -p "$out"
export CGO_ENABLED=0 GOFLAGS=-mod=mod
ld="-s -w"
for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  ld+=" -X $p.gitVersion=$version -X $p.gitMajor=1 -X $p.gitMinor=36 -X $p.gitTreeState=clean -X $p.gitCommit=0000000000000000000000000000000000000000 -X $p.buildDate=1970-01-01T00:00:00Z"
done
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(etcd kube-apiserver kubectl kube-controller-manager kube-scheduler e2e.test)
for name in "${wanted[@]}"; do
  [ -x "$out/$name" ] && { echo "$name: already there"; continue; }
  echo "building $name"
  case $name in
    etcd) go build -trimpath -ldflags "-s -w" -o "$out/etcd" go.etcd.io/etcd/server/v3 ;;
    etcd@*)
      mkdir -p "$out/$name.new" "$out/$name.made"
      (
        cd "$out/$name.made"
        printf 'module made\n' > go.mod
        go mod edit -require="go.etcd.io/etcd/server/v3@${name#etcd@}"
        go build -trimpath -ldflags "-s -w" -o "$out/$name.new/etcd" go.etcd.io/etcd/server/v3
      )
      rm -r "$out/$name.made"
      mv "$out/$name.new" "$out/$name"
      ;;
    helm)
      helm=$(cd helm && go list -m -f '{{.Version}}' helm.sh/helm/v4)
      (cd helm && go build -trimpath -ldflags "-s -w -X helm.sh/helm/v4/internal/version.version=$helm" -o "$out/helm" helm.sh/helm/v4/cmd/helm)
      ;;
    e2e.test) go test -c -trimpath -ldflags "$ld" -o "$out/e2e.test" k8s.io/kubernetes/test/e2e ;;
    *) go build -trimpath -ldflags "$ld" -o "$out/$name" "k8s.io/kubernetes/cmd/$name" ;;
  esac
done
