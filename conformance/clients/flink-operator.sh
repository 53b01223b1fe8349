#!/usr/bin/env bash
# Lets Apache Flink's stock Kubernetes operator 1.7.0 work in the cluster that KUBECONFIG names and checks what becomes of a
# FlinkDeployment. It comes from Maven Central and needs a JDK 11 or 17 (JAVA names its java) and kubectl (KUBECTL names one).
# Everything is written to WORK (default: a new folder in the system's temporary one).
set -euo pipefail
: "${KUBECONFIG:?names no cluster}"
here=$(cd "$(dirname "$0")" && pwd)
kubectl=${KUBECTL:-kubectl}
work=${WORK:-$(mktemp -d)}
mkdir -p "$work/conf"
namespace=flink-operator-test
echo "results: $work"
source "$here/checks.sh"

if [ ! -d "$work/lib" ]; then
  cp "$here/flink/pom.xml" "$work/pom.xml"
  "$here/../../mvnw" -B -q -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib" \
    -DincludeScope=runtime > "$work/maven.log" 2>&1
fi
java=${JAVA:-java}
unzip -qo "$work"/lib/flink-kubernetes-operator-api-*.jar 'META-INF/fabric8/*-v1.yml' -d "$work"
cat << CONF > "$work/conf/flink-conf.yaml"
kubernetes.operator.watched.namespaces: $namespace
kubernetes.operator.health.probe.enabled: false
kubernetes.operator.reconcile.interval: 5 s
kubernetes.operator.observer.progress-check.interval: 2 s
CONF
cat << CONF > "$work/conf/log4j2.properties"
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1} %m%n
CONF

"$kubectl" apply --server-side -f "$work/META-INF/fabric8" > "$work/definitions.log"
"$kubectl" wait --for condition=established --timeout 60s crd/flinkdeployments.flink.apache.org crd/flinksessionjobs.flink.apache.org > /dev/null
"$kubectl" create namespace $namespace > /dev/null
opens=()
for package in java.util java.lang java.net java.nio java.time sun.net.util; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
FLINK_CONF_DIR="$work/conf" OPERATOR_NAMESPACE=$namespace OPERATOR_NAME=flink "$java" "${opens[@]}" -Xmx512m \
  -Dlog4j.configurationFile="$work/conf/log4j2.properties" -cp "$work/lib/*" \
  org.apache.flink.kubernetes.operator.FlinkOperator > "$work/operator.log" 2>&1 &
process=$!
end() {
  kill $process 2> /dev/null || true
  k patch flinkdeployment/session --type merge -p '{"metadata":{"finalizers":null}}' > /dev/null 2>&1 || true
  "$kubectl" delete namespace $namespace --timeout 60s > /dev/null 2>&1 || true
}
trap end EXIT

k create serviceaccount flink > /dev/null
cat << OBJECTS | k apply -f - > /dev/null
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session}
spec:
  image: flink:1.17
  flinkVersion: v1_17
  serviceAccount: flink
  flinkConfiguration: {taskmanager.numberOfTaskSlots: "2"}
  jobManager: {replicas: 1, resource: {memory: 1024m, cpu: 0.2}}
  taskManager: {resource: {memory: 1024m, cpu: 0.2}}
OBJECTS
check "a finalizer" is '*flinkdeployments.flink.apache.org/finalizer*' flinkdeployment/session '{.metadata.finalizers}'
check "a Deployment" is session deployment/session '{.metadata.labels.app}'
check "... that is available" is 1 deployment/session '{.status.availableReplicas}'
check "a Service for its REST API" is 8081 service/session-rest '{.spec.ports[0].port}'
check "the configuration in a ConfigMap" is '*numberOfTaskSlots: 2*' configmap/flink-config-session '{.data}'
check "status: deployed" is 'DEPLOYED' flinkdeployment/session '{.status.reconciliationStatus.state}'
check "status: the job manager is seen" is 'DEPLOY*' flinkdeployment/session '{.status.jobManagerDeploymentStatus}'
k patch flinkdeployment/session --type merge -p '{"spec":{"jobManager":{"resource":{"memory":"1100m"}}}}' > /dev/null
check "a change reaches the Deployment" is '1100Mi' deployment/session '{.spec.template.spec.containers[0].resources.limits.memory}'
check "an Event tells of it" is '*SpecChanged*' events '{.items[?(@.involvedObject.kind=="FlinkDeployment")].reason}'
k delete flinkdeployment/session --wait=false > /dev/null
check "deleted, finalizer and all" gone flinkdeployment/session
check "... and its Deployment" gone deployment/session
sum_up
