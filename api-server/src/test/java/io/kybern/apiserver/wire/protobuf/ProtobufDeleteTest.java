package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.kybern.apiserver.inprocess.TestServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of a deletion as Go clients send them: protobuf, in the name of the resource's own group. */
class ProtobufDeleteTest {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    @ParameterizedTest
    @CsvSource({
        "coordination.k8s.io/v1, DeleteOptions, 200",
        "v1, DeleteOptions, 200",
        "meta.k8s.io/v1, DeleteOptions, 200",
        "any.example.com/v7, DeleteOptions, 200",
        "coordination.k8s.io/v1, CreateOptions, 400"
    })
    void optionsOfAnyGroupAreGood(String apiVersion, String kind, int status) throws Exception {
        try (TestServer server = new TestServer();
                KubernetesClient client = server.client()) {
            client.resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withName("held")
                            .withNamespace("default")
                            .endMetadata()
                            .build())
                    .create();
            HttpClient http = client.adapt(KubernetesClientImpl.class).getHttpClient();
            byte[] body = options(apiVersion, kind);
            HttpRequest request = http.newHttpRequestBuilder()
                    .uri(client.getConfiguration().getMasterUrl().replaceAll("/$", "")
                            + "/apis/coordination.k8s.io/v1/namespaces/default/leases/held")
                    .method("DELETE", PROTOBUF, new ByteArrayInputStream(body), body.length)
                    .build();
            HttpResponse<byte[]> response =
                    http.sendAsync(request, byte[].class).get();
            assertThat(response.code())
                    .as(new String(response.body(), StandardCharsets.UTF_8))
                    .isEqualTo(status);
        }
    }

    private static byte[] options(String apiVersion, String kind) {
        ProtobufWriter type = new ProtobufWriter();
        type.string(1, apiVersion);
        type.string(2, kind);
        ProtobufWriter out = new ProtobufWriter();
        out.raw(new byte[] {'k', '8', 's', 0});
        out.message(1, type);
        out.bytes(2, new byte[] {});
        return out.toByteArray();
    }
}
