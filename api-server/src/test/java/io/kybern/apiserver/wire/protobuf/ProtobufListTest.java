package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.kybern.apiserver.inprocess.TestServer;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupVersionKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A list of protobuf says what the list of JSON says. */
class ProtobufListTest {
    private static final String COLLECTION = "/api/v1/namespaces/listed/configmaps";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MANY = 300; // several pieces

    private static TestServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        server = new TestServer();
        client = server.client();
        client.namespaces()
                .resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                        .withNewMetadata()
                        .withName("listed")
                        .endMetadata()
                        .build())
                .create();
        for (int i = 0; i < MANY; i++) {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("map-" + i)
                            .withNamespace("listed")
                            .addToLabels("number", Integer.toString(i))
                            .endMetadata()
                            .addToData("key", "x".repeat(500))
                            .build())
                    .create();
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void hasTheItemsAndTheMetadataOfTheJsonList() throws Exception {
        JsonNode json = JsonTree.parseStored(get("application/json"));
        Unknown unknown = Unknown.of(get("application/vnd.kubernetes.protobuf"));
        assertThat(unknown.kind).isEqualTo("ConfigMapList");
        assertThat(unknown.items).hasSize(MANY);
        assertThat(unknown.resourceVersion)
                .isEqualTo(json.at("/metadata/resourceVersion").asText());
        for (int i = 0; i < MANY; i++) {
            ObjectNode item = (ObjectNode) json.at("/items/" + i);
            assertThat(unknown.items.get(i)).isEqualTo(ProtobufEncoder.item(item, kind()));
        }
    }

    @Test
    void readsTheSameASecondTime() throws Exception {
        assertThat(get("application/vnd.kubernetes.protobuf")).isEqualTo(get("application/vnd.kubernetes.protobuf"));
    }

    private static GroupVersionKind kind() {
        return new GroupVersionKind("", "v1", "ConfigMap");
    }

    private static byte[] get(String accept) throws Exception {
        HttpClient http = client.adapt(io.fabric8.kubernetes.client.impl.KubernetesClientImpl.class)
                .getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl().replaceAll("/$", "") + COLLECTION)
                .header("Accept", accept)
                .build();
        HttpResponse<byte[]> response = http.sendAsync(request, byte[].class).get();
        assertThat(response.code())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return response.body();
    }

    /** The envelope and the list in it, read by the wire format alone. */
    private static final class Unknown {
        private String kind = "";
        private String resourceVersion = "";
        private final List<byte[]> items = new ArrayList<>();

        static Unknown of(byte[] bytes) {
            assertThat(Arrays.copyOf(bytes, 4)).isEqualTo(MAGIC);
            Unknown unknown = new Unknown();
            fields(Arrays.copyOfRange(bytes, 4, bytes.length), (number, value) -> {
                if (number == 1) {
                    fields(
                            value,
                            (n, v) -> unknown.kind = n == 2 ? new String(v, StandardCharsets.UTF_8) : unknown.kind);
                } else if (number == 2) {
                    fields(value, unknown::listField);
                }
            });
            return unknown;
        }

        private void listField(int number, byte[] value) {
            if (number == 1) {
                fields(
                        value,
                        (n, v) -> resourceVersion = n == 2 ? new String(v, StandardCharsets.UTF_8) : resourceVersion);
            } else if (number == 2) {
                items.add(value);
            }
        }

        private interface Field {
            void of(int number, byte[] value);
        }

        /** All fields here have a length. */
        private static void fields(byte[] bytes, Field field) {
            int at = 0;
            while (at < bytes.length) {
                int number = bytes[at++] >>> 3;
                int length = 0;
                for (int shift = 0; ; shift += 7) {
                    byte b = bytes[at++];
                    length |= (b & 0x7f) << shift;
                    if (b >= 0) {
                        break;
                    }
                }
                field.of(number, Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
        }
    }
}
