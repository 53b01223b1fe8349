package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.junit.Kubeconfig;
import io.kybern.junit.KybernCluster;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A day with kubectl. Each test has a namespace of its own. */
@KybernCluster(listen = true)
class KubectlTest {
    private Kubectl kubectl;

    @BeforeEach
    void find(@Kubeconfig Path kubeconfig) {
        kubectl = Kubectl.of(kubeconfig);
    }

    private void namespace(String name) throws IOException, InterruptedException {
        kubectl.out("create", "namespace", name);
        kubectl.out("wait", "--for=create", "serviceaccount/default", "-n", name, "--timeout=20s");
    }

    @Test
    void rollsOutAndBack() throws Exception {
        namespace("rollout");
        kubectl.out("create", "deployment", "web", "--image=busybox:1", "--replicas=3", "-n", "rollout");
        assertThat(kubectl.out("rollout", "status", "deployment/web", "-n", "rollout", "--timeout=40s"))
                .contains("deployment \"web\" successfully rolled out");
        assertThat(kubectl.out("get", "all", "-o", "wide", "-n", "rollout"))
                .contains("deployment.apps/web", "3/3", "replicaset.apps/web-", "pod/web-", "Running");

        kubectl.out("set", "image", "deployment/web", "busybox=busybox:2", "-n", "rollout");
        kubectl.out("rollout", "status", "deployment/web", "-n", "rollout", "--timeout=40s");
        assertThat(kubectl.out("get", "replicasets", "-n", "rollout", "-o", "jsonpath={.items[*].spec.replicas}")
                        .split(" "))
                .containsExactlyInAnyOrder("0", "3");
        assertThat(kubectl.out("rollout", "history", "deployment/web", "-n", "rollout"))
                .contains("1 ", "2 ");

        kubectl.out("rollout", "undo", "deployment/web", "-n", "rollout");
        kubectl.out("rollout", "status", "deployment/web", "-n", "rollout", "--timeout=40s");
        assertThat(kubectl.out(
                        "get",
                        "deployment",
                        "web",
                        "-n",
                        "rollout",
                        "-o",
                        "jsonpath={.spec.template.spec.containers[0].image}"))
                .isEqualTo("busybox:1");

        kubectl.out("scale", "deployment/web", "--replicas=5", "-n", "rollout");
        kubectl.out("rollout", "status", "deployment/web", "-n", "rollout", "--timeout=40s");
        assertThat(kubectl.out("describe", "deployment", "web", "-n", "rollout"))
                .contains("5 desired | 5 updated | 5 total | 5 available", "ScalingReplicaSet");
    }

    @Test
    void finishesJobs() throws Exception {
        namespace("jobs");
        kubectl.out("create", "job", "once", "--image=busybox", "-n", "jobs", "--", "true");
        kubectl.out("wait", "--for=condition=complete", "job/once", "-n", "jobs", "--timeout=40s");
        assertThat(kubectl.out("get", "pods", "-n", "jobs", "-o", "jsonpath={.items[*].status.phase}"))
                .isEqualTo("Succeeded");
    }

    @Test
    void exposesPods() throws Exception {
        namespace("expose");
        kubectl.out("create", "deployment", "web", "--image=busybox", "--replicas=2", "-n", "expose");
        kubectl.out("rollout", "status", "deployment/web", "-n", "expose", "--timeout=40s");
        kubectl.out("expose", "deployment/web", "--port=80", "-n", "expose");
        kubectl.out(
                "wait",
                "--for=jsonpath={.endpoints[1].conditions.ready}=true",
                "endpointslices",
                "-l",
                "kubernetes.io/service-name=web",
                "-n",
                "expose",
                "--timeout=20s");
        assertThat(kubectl.out("get", "endpointslices", "-n", "expose")).contains("IPv4", "80");
    }

    @Test
    void changesObjectsInEveryWay() throws Exception {
        namespace("change");
        String manifest = """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: c
                  namespace: change
                data:
                  a: "1"
                """;
        assertThat(kubectl.runWithInput(manifest, "apply", "-f", "-").succeeds().out())
                .contains("configmap/c created");
        String changed = manifest.replace("\"1\"", "\"2\"");
        Program.Result diff = kubectl.runWithInput(changed, "diff", "-f", "-");
        assertThat(diff.exit()).isEqualTo(1);
        assertThat(diff.out()).contains("-  a: \"1\"", "+  a: \"2\"");
        assertThat(kubectl.runWithInput(changed, "apply", "-f", "-").succeeds().out())
                .contains("configmap/c configured");
        assertThat(kubectl.runWithInput(changed, "apply", "-f", "-").succeeds().out())
                .contains("configmap/c unchanged");
        kubectl.out("label", "configmap", "c", "team=blue", "-n", "change");
        kubectl.out("annotate", "configmap", "c", "note=hello", "-n", "change");
        kubectl.out("patch", "configmap", "c", "-n", "change", "--type=merge", "-p", "{\"data\":{\"b\":\"3\"}}");
        kubectl.out(
                "patch",
                "configmap",
                "c",
                "-n",
                "change",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"/data/a\"}]");
        assertThat(kubectl.out("get", "configmap", "c", "-n", "change", "-o", "jsonpath={.data} {.metadata.labels}"))
                .isEqualTo("{\"b\":\"3\"} {\"team\":\"blue\"}");
        assertThat(kubectl.runWithInput(changed, "apply", "--server-side", "--force-conflicts", "-f", "-")
                        .succeeds()
                        .out())
                .contains("configmap/c serverside-applied");
    }

    @Test
    void namespaceDeletionEmptiesIt() throws Exception {
        namespace("ends");
        kubectl.out("create", "configmap", "c", "--from-literal=a=b", "-n", "ends");
        kubectl.out("create", "deployment", "web", "--image=busybox", "-n", "ends");
        kubectl.out("delete", "namespace", "ends", "--timeout=40s");
        assertThat(kubectl.run("get", "namespace", "ends").err()).contains("namespaces \"ends\" not found");
        assertThat(kubectl.out("get", "all,configmaps", "-n", "ends")).isEmpty();
    }

    @Test
    void volumesGoWhenNobodyUsesThem() throws Exception {
        String volume = """
                apiVersion: v1
                kind: PersistentVolume
                metadata:
                  name: v
                spec:
                  capacity:
                    storage: 1Gi
                  accessModes: [ReadWriteOnce]
                  hostPath:
                    path: /tmp
                """;
        kubectl.runWithInput(volume, "apply", "-f", "-").succeeds();
        assertThat(kubectl.out("delete", "persistentvolume", "v", "--timeout=20s"))
                .contains("deleted");
    }

    @Test
    void someNamespacesStay() throws Exception {
        assertThat(kubectl.run("delete", "namespace", "kube-system").err())
                .contains("this namespace may not be deleted");
    }

    @Test
    void tellsWhoMayDoWhat() throws Exception {
        assertThat(kubectl.out("auth", "whoami")).contains("kubernetes-admin", "system:masters");
        assertThat(kubectl.out("auth", "can-i", "--list")).contains("*.*", "[*]");
        assertThat(kubectl.run("auth", "can-i", "delete", "nodes", "--as=jane").out())
                .contains("no");
        assertThat(kubectl.run("get", "pods", "--as=jane").err())
                .contains("pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\"");
        kubectl.out("wait", "--for=jsonpath={.rules[0].verbs[0]}=get", "clusterrole/view", "--timeout=30s");
        kubectl.out("create", "rolebinding", "views", "--clusterrole=view", "--user=jane");
        assertThat(kubectl.out("get", "configmaps", "--as=jane")).contains("kube-root-ca.crt");
        assertThat(kubectl.run("delete", "configmap", "kube-root-ca.crt", "--as=jane")
                        .err())
                .contains("forbidden");
    }

    @Test
    void explainsAndLists() throws Exception {
        assertThat(kubectl.out("explain", "deployment.spec.strategy")).contains("rollingUpdate", "type");
        assertThat(kubectl.out("api-resources", "--api-group=apps")).contains("deployments", "deploy", "replicasets");
        assertThat(kubectl.out("get", "--raw", "/readyz")).isEqualTo("ok");
        assertThat(kubectl.out("get", "nodes")).contains("Ready", "v1.36");
    }
}
