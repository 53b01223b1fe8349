package io.kybern.conformance.bench;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;

/** The objects of all scenarios: ConfigMaps with 1 KiB of data in a namespace of their own. */
final class ConfigMaps {
    static final String COLLECTION = "/api/v1/namespaces/bench/configmaps";

    private static final String NAMESPACE =
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"bench\"}}";
    private static final String DATA = "0123456789abcdef".repeat(64);

    private ConfigMaps() {}

    static void createNamespace(ServerProcess server) throws IOException {
        try (HttpConnection connection = HttpConnection.open(server.port())) {
            int status = connection.exchange(HttpConnection.request("POST", "/api/v1/namespaces", NAMESPACE));
            if (status != 201) {
                throw new LoadException("creating the namespace was answered " + status);
            }
        }
    }

    static byte[] create(String name) {
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"key\":\"" + DATA + "\"}}";
        return HttpConnection.request("POST", COLLECTION, body);
    }
}
