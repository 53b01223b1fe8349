package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.util.function.IntFunction;

/**
 * The objects of all scenarios.
 *
 * @param namespace that they are in
 */
public record BenchData(String namespace) {
    private static final String DATA = "0123456789abcdef".repeat(64);

    private static final int MADE = 201;
    private static final int MADE_BEFORE = 409;

    /** In a namespace that nobody else has. */
    public static BenchData own() {
        return new BenchData("bench-" + Long.toString(System.nanoTime() & Long.MAX_VALUE, 36));
    }

    /** The path of a collection of the namespace. */
    private String core(String plural) {
        return "/api/v1/namespaces/" + namespace + "/" + plural;
    }

    private String named(String group, String plural) {
        return "/apis/" + group + "/namespaces/" + namespace + "/" + plural;
    }

    public String configMaps() {
        return core("configmaps");
    }

    public String pods() {
        return core("pods");
    }

    String leases() {
        return named("coordination.k8s.io/v1", "leases");
    }

    String deployments() {
        return named("apps/v1", "deployments");
    }

    String databases() {
        return named("bench.example.org/v1", "databases");
    }

    /** Makes the namespace, with the service account that pods need, where nobody else makes that. */
    Data empty() {
        return server -> {
            make(
                    server,
                    "/api/v1/namespaces",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + namespace + "\"}}");
            make(
                    server,
                    core("serviceaccounts"),
                    "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"default\"}}");
        };
    }

    private static void make(ServerProcess server, String collection, String body) throws IOException {
        try (HttpConnection connection = server.connect()) {
            int status = connection.exchange(HttpConnection.request("POST", collection, body));
            if (status != MADE && status != MADE_BEFORE) {
                throw new LoadException("a post to " + collection + " was answered " + status);
            }
        }
    }

    /** Makes the namespace with so many objects in it. */
    public Data with(int count, IntFunction<byte[]> create) {
        return empty().and(server -> ClosedLoop.each(server, count, create, MADE));
    }

    /** Asks for the namespace to be deleted, which takes its objects with it where there is a controller for that. */
    void remove(ServerProcess server) throws IOException {
        try (HttpConnection connection = server.connect()) {
            connection.exchange(HttpConnection.request("DELETE", "/api/v1/namespaces/" + namespace, ""));
        }
    }

    /** With 1 KiB of data. */
    public byte[] configMap(String name) {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"key\":\"" + DATA + "\"}}";
        return HttpConnection.request("POST", configMaps(), body);
    }

    /** About 2 KiB as it is sent, as a Deployment's ReplicaSet makes it; one of a hundred has the label {@code group=g-7}. */
    public byte[] pod(int number) {
        String body = """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-%1$d","labels":{"app":"web","tier":"front","group":"g-%2$d",\
                "pod-template-hash":"5c9f7d8b6d"},"annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"8080",\
                "checksum/config":"6a1f0c3e5b7d9f2a4c6e8091b3d5f7a9c1e3f5071829304a5b6c7d8e9f0a1b2c"},"ownerReferences":[{"apiVersion":"apps/v1",\
                "kind":"ReplicaSet","name":"web-5c9f7d8b6d","uid":"3b1f0a52-7b6e-4f6e-9d3a-5f2c8e7d6b1a","controller":true,\
                "blockOwnerDeletion":true}]},"spec":{"schedulerName":"none","automountServiceAccountToken":false,"containers":[{"name":"web",\
                "image":"registry.example.org/shop/web:1.27.3","args":["--listen=:8080","--log-level=info"],"ports":[{"name":"http",\
                "containerPort":8080}],"env":[{"name":"MODE","value":"production"},{"name":"REGION","value":"eu-central"},\
                {"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"PASSWORD","valueFrom":{"secretKeyRef":\
                {"name":"web","key":"password"}}}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"500m",\
                "memory":"256Mi"}},"livenessProbe":{"httpGet":{"path":"/healthz","port":"http"},"periodSeconds":10},"readinessProbe":\
                {"httpGet":{"path":"/readyz","port":"http"},"periodSeconds":5},"volumeMounts":[{"name":"config","mountPath":"/etc/web"},\
                {"name":"cache","mountPath":"/var/cache/web"}]},{"name":"proxy","image":"registry.example.org/shop/proxy:2.1.0","ports":\
                [{"name":"admin","containerPort":9901}],"resources":{"requests":{"cpu":"50m","memory":"64Mi"}}}],"volumes":[{"name":\
                "config","configMap":{"name":"web"}},{"name":"cache","emptyDir":{}}],"tolerations":[{"key":"dedicated","operator":"Equal",\
                "value":"web","effect":"NoSchedule"}]}}""".formatted(number, number % 100);
        return HttpConnection.request("POST", pods(), body);
    }

    byte[] lease(int number) {
        return HttpConnection.request(
                "POST",
                leases(),
                "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"node-" + number
                        + "\"}}");
    }

    /** The configuration that an applier sends. */
    static String deployment(int number, long revision) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web-%1$d","annotations":{"revision":"%2$d"},"labels":\
                {"app":"web"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":\
                {"app":"web","tier":"front"}},"spec":{"containers":[{"name":"web","image":"registry.example.org/shop/web:1.27.3","args":\
                ["--listen=:8080"],"ports":[{"name":"http","containerPort":8080}],"env":[{"name":"MODE","value":"production"},\
                {"name":"REGION","value":"eu-central"}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"}},"livenessProbe":\
                {"httpGet":{"path":"/healthz","port":"http"}},"volumeMounts":[{"name":"config","mountPath":"/etc/web"}]}],"volumes":\
                [{"name":"config","configMap":{"name":"web"}}]}}}}""".formatted(number, revision);
    }
}
