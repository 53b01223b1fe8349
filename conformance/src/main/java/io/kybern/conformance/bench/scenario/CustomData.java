package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A custom kind that is validated by its schema and by five rules, and objects of it. */
public final class CustomData {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The JSON of its CustomResourceDefinition. */
    public static final String DEFINITION = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"databases.bench.example.org"},\
            "spec":{"group":"bench.example.org","scope":"Namespaced","names":{"kind":"Database","listKind":"DatabaseList","plural":\
            "databases","singular":"database"},"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},\
            "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{"spec":{"type":"object","required":["engine",\
            "replicas","storage"],"properties":{"engine":{"type":"string","enum":["postgres","mysql"]},"version":{"type":"string","pattern":\
            "^[0-9]+(\\\\.[0-9]+)*$","maxLength":16,"default":"17"},"replicas":{"type":"integer","format":"int32","minimum":1,"maximum":9},\
            "minAvailable":{"type":"integer","format":"int32","minimum":0},"storage":{"type":"object","required":["size"],"properties":\
            {"size":{"type":"string","maxLength":16},"className":{"type":"string","maxLength":63,"default":"standard"},"encrypted":{"type":\
            "boolean","default":true}}},"users":{"type":"array","maxItems":16,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":\
            ["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":63},\
            "roles":{"type":"array","maxItems":8,"x-kubernetes-list-type":"set","items":{"type":"string","maxLength":32}},"secretRef":\
            {"type":"object","properties":{"name":{"type":"string"},"key":{"type":"string","default":"password"}}}}}},"backup":{"type":\
            "object","properties":{"schedule":{"type":"string","maxLength":64},"retentionDays":{"type":"integer","minimum":1},"bucket":\
            {"type":"string","maxLength":63}}},"parameters":{"type":"object","maxProperties":32,"additionalProperties":{"type":"string",\
            "maxLength":256}},"resources":{"type":"object","properties":{"cpu":{"x-kubernetes-int-or-string":true},"memory":\
            {"x-kubernetes-int-or-string":true}}}},"x-kubernetes-validations":[\
            {"rule":"!has(self.minAvailable) || self.minAvailable < self.replicas","message":"minAvailable must be below replicas"},\
            {"rule":"self.engine != 'mysql' || self.replicas % 2 == 1","message":"mysql needs an odd number of replicas"},\
            {"rule":"!has(self.users) || self.users.all(u, !has(u.roles) || !('superuser' in u.roles) || u.name == 'admin')",\
            "message":"only admin may be superuser"},\
            {"rule":"!has(self.backup) || (self.backup.schedule.split(' ').size() == 5 && self.backup.bucket.startsWith('backup-'))",\
            "message":"backups need a schedule and a bucket for backups"},\
            {"rule":"!has(self.parameters) || self.parameters.all(k, k.matches('^[a-z_]+$') && self.parameters[k] != '')",\
            "message":"parameters have names in lower case and a value"}]},\
            "status":{"type":"object","properties":{"phase":{"type":"string"},"ready":{"type":"integer"}}}}}}}]}}""";

    private CustomData() {}

    /** Returns when objects of the kind can be created. */
    static Data kind(BenchData data) {
        return data.empty().and(server -> {
            ClosedLoop.each(
                    server,
                    1,
                    i -> HttpConnection.request(
                            "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", DEFINITION),
                    201);
            awaitServed(server, data.databases());
        });
    }

    private static void awaitServed(ServerProcess server, String objects) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (HttpConnection connection = server.connect()) {
            while (connection.exchange(HttpConnection.request("GET", objects, "")) != 200) {
                if (System.nanoTime() > end) {
                    throw new LoadException("a kind that was defined is not served");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    static byte[] create(BenchData data, int number) {
        return HttpConnection.request("POST", data.databases(), object(number));
    }

    /** The JSON of an object, about 1 KiB. */
    public static String object(int number) {
        return """
                {"apiVersion":"bench.example.org/v1","kind":"Database","metadata":{"name":"shop-%1$d","labels":{"app":"shop","team":\
                "checkout"},"annotations":{"contact":"checkout@example.org"}},"spec":{"engine":"postgres","replicas":3,"minAvailable":2,\
                "storage":{"size":"100Gi","className":"fast"},"users":[{"name":"admin","roles":["superuser","login"],"secretRef":{"name":\
                "shop-admin"}},{"name":"shop","roles":["login","read","write"],"secretRef":{"name":"shop-app"}},{"name":"report","roles":\
                ["login","read"],"secretRef":{"name":"shop-report","key":"token"}}],"backup":{"schedule":"0 3 * * *","retentionDays":14,\
                "bucket":"backup-shop-eu-central"},"parameters":{"max_connections":"400","shared_buffers":"8GB","work_mem":"64MB",\
                "log_min_duration_statement":"250","random_page_cost":"1.1","autovacuum_naptime":"30s"},"resources":{"cpu":"2","memory":\
                "16Gi"}}}""".formatted(number);
    }
}
