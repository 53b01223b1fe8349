#!/usr/bin/env bash
# Lets the stock prometheus-operator work in the cluster that KUBECONFIG names and checks what becomes of its objects.
# It is built from its Go module; OPERATOR names a program that is there already. Needs go and kubectl (KUBECTL names one).
# Everything is written to WORK (default: a new folder in the system's temporary one).
set -euo pipefail
version=v0.85.0
module=github.com/prometheus-operator/prometheus-operator
: "${KUBECONFIG:?names no cluster}"
here=$(cd "$(dirname "$0")" && pwd)
kubectl=${KUBECTL:-kubectl}
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
namespace=prometheus-operator-test
echo "results: $work"

(
  cd "$work"
  [ -f go.mod ] || printf 'module build\n\ngo 1.25.0\n' > go.mod
  go get "$module/cmd/operator@$version" > get.log 2>&1
  [ -n "${OPERATOR:-}" ] || go build -trimpath -o operator "$module/cmd/operator"
)
operator=${OPERATOR:-$work/operator}
sources=$(cd "$work" && go list -m -f '{{.Dir}}' "$module")

source "$here/checks.sh"

"$kubectl" apply --server-side -f "$sources/example/prometheus-operator-crd" > "$work/definitions.log"
"$kubectl" wait --for condition=established --timeout 60s \
  crd/{prometheuses,prometheusagents,prometheusrules,servicemonitors,alertmanagers}.monitoring.coreos.com > /dev/null
nodes=$("$kubectl" get nodes -o name | wc -l)
"$kubectl" create namespace $namespace > /dev/null
"$operator" --namespaces=$namespace --feature-gates=PrometheusAgentDaemonSet=true --web.listen-address=127.0.0.1:0 > "$work/operator.log" 2>&1 &
process=$!
end() {
  kill $process 2> /dev/null || true
  "$kubectl" delete namespace $namespace --timeout 60s > /dev/null 2>&1 || true
}
trap end EXIT

k create serviceaccount prometheus > /dev/null
cat << OBJECTS | k apply -f - > /dev/null
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main}
spec:
  replicas: 2
  serviceAccountName: prometheus
  serviceMonitorSelector: {}
  ruleSelector: {}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http}]
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules}
spec:
  groups: [{name: g, rules: [{record: one, expr: "vector(1)"}]}]
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main}
spec: {replicas: 1}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: PrometheusAgent
metadata: {name: agents}
spec: {mode: DaemonSet, serviceAccountName: prometheus}
OBJECTS
check "a StatefulSet of two" is 2 statefulset/prometheus-main '{.status.readyReplicas}'
check "the configuration in a Secret" is Opaque secret/prometheus-main '{.type}'
check "web settings in a Secret" is Opaque secret/prometheus-main-web-config '{.type}'
check "a headless Service" is None service/prometheus-operated '{.spec.clusterIP}'
check "rules in a ConfigMap" is main configmap/prometheus-main-rulefiles-0 '{.metadata.labels.prometheus-name}'
check "status: available" is True prometheus/main '{.status.conditions[?(@.type=="Available")].status}'
check "status: reconciled" is True prometheus/main '{.status.conditions[?(@.type=="Reconciled")].status}'
check "status: replicas" is 2 prometheus/main '{.status.availableReplicas}'
check "an Alertmanager's StatefulSet" is 1 statefulset/alertmanager-main '{.status.readyReplicas}'
check "Alertmanager: available" is True alertmanager/main '{.status.conditions[?(@.type=="Available")].status}'
check "an agent on each node" is "$nodes" daemonset/prom-agent-agents '{.status.numberReady}'

k scale prometheus/main --replicas 2 > /dev/null
check "scaled by its scale subresource: another shard" is 2 statefulset/prometheus-main-shard-1 '{.status.readyReplicas}'
check "status: four pods" is 4 prometheus/main '{.status.availableReplicas}'
k patch prometheus/main --type merge -p '{"spec":{"shards":1,"replicas":3,"logLevel":"debug"}}' > /dev/null
check "the shard is gone" gone statefulset/prometheus-main-shard-1
check "the other grown and rolled out anew" is 33 statefulset/prometheus-main '{.status.updatedReplicas}{.status.availableReplicas}'
check "status: three pods" is 3 prometheus/main '{.status.availableReplicas}'
k delete pod prometheus-main-0 > /dev/null
check "a deleted pod comes back" is Running pod/prometheus-main-0 '{.status.phase}'
k patch prometheus/main --type merge -p '{"spec":{"paused":true}}' > /dev/null
k delete prometheus/main > /dev/null
check "what belonged to it is collected" gone statefulset/prometheus-main
check "... its Secret, too" gone secret/prometheus-main
k delete alertmanager/main > /dev/null
check "... and the Alertmanager's" gone statefulset/alertmanager-main

sum_up
