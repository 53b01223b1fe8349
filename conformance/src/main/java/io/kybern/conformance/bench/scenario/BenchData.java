package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.process.HttpConnection;
import java.util.function.IntFunction;

/** The objects of all scenarios, in a namespace of their own. */
public final class BenchData {
    public static final String CONFIG_MAPS = "/api/v1/namespaces/bench/configmaps";
    public static final String PODS = "/api/v1/namespaces/bench/pods";
    static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/bench/leases";
    static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/bench/deployments";

    private static final String NAMESPACE =
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"bench\"}}";
    private static final String ACCOUNT =
            "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"default\"}}";
    private static final String DATA = "0123456789abcdef".repeat(64);

    private BenchData() {}

    /** With the service account that pods need: nobody else makes it. */
    static Scenario.Data namespace() {
        return server -> {
            ClosedLoop.each(server, 1, i -> HttpConnection.request("POST", "/api/v1/namespaces", NAMESPACE), 201);
            ClosedLoop.each(
                    server,
                    1,
                    i -> HttpConnection.request("POST", "/api/v1/namespaces/bench/serviceaccounts", ACCOUNT),
                    201);
        };
    }

    /** The namespace with so many objects in it. */
    public static Scenario.Data of(int count, IntFunction<byte[]> create) {
        return namespace().and(server -> ClosedLoop.each(server, count, create, 201));
    }

    /** With 1 KiB of data. */
    public static byte[] configMap(String name) {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"key\":\"" + DATA + "\"}}";
        return HttpConnection.request("POST", CONFIG_MAPS, body);
    }

    /** About 2 KiB as it is sent, as a Deployment's ReplicaSet makes it; one of a hundred has the label {@code group=g-7}. */
    public static byte[] pod(int number) {
        String body = """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-%1$d","labels":{"app":"web","tier":"front","group":"g-%2$d",\
                "pod-template-hash":"5c9f7d8b6d"},"annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"8080",\
                "checksum/config":"6a1f0c3e5b7d9f2a4c6e8091b3d5f7a9c1e3f5071829304a5b6c7d8e9f0a1b2c"},"ownerReferences":[{"apiVersion":"apps/v1",\
                "kind":"ReplicaSet","name":"web-5c9f7d8b6d","uid":"3b1f0a52-7b6e-4f6e-9d3a-5f2c8e7d6b1a","controller":true,\
                "blockOwnerDeletion":true}]},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"web",\
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
        return HttpConnection.request("POST", PODS, body);
    }

    static byte[] lease(int number) {
        return HttpConnection.request(
                "POST",
                LEASES,
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
