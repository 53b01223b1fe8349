package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.ApiServerStartException;
import io.kybern.apiserver.inprocess.InProcessHttpClientFactory;
import io.kybern.apiserver.inprocess.TestServer;
import io.kybern.apiserver.pki.Pki;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data that an earlier version has written, with objects of built-in kinds and a custom one. {@code format-1.zip} is what a server left
 * behind that was killed twice: tables, files of large values and a log that was not replayed yet. {@code format-2.zip} is what became
 * of it, and a server that was killed: a log of which the first part has an index. {@code format-3.zip} is what became of that: a log
 * that was killed while it was written over the file of a segment that is gone.
 */
class DataDirectoryFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LAST_REVISION = 218;

    @TempDir
    private Path directory;

    private void unpack(int format) throws IOException {
        String name = "/storage/format-" + format + ".zip";
        try (InputStream file = Objects.requireNonNull(getClass().getResourceAsStream(name));
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.copy(zip, directory.resolve(entry.getName()));
            }
        }
    }

    private ApiServer start() {
        return ApiServer.start(new ApiServerConfig(
                Optional.of(directory),
                Optional.empty(),
                Pki.inMemory(InstantSource.system()),
                Optional.empty(),
                "10.96.0.0/16",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofMinutes(5)));
    }

    private static KubernetesClient client(ApiServer server) {
        return new InProcessHttpClientFactory(server, TestServer.ADMIN)
                .clientBuilder()
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachFormatIsReadWithAllItsObjects(int format) throws IOException {
        unpack(format);
        try (ApiServer server = start();
                KubernetesClient client = client(server)) {
            check(client, "/api/v1/namespaces/old/configmaps/large", "8ecb3547-4e47-4cde-8efd-16f6af917628", 202);
            check(client, "/api/v1/namespaces/old/configmaps/settings", "f4667202-d272-4121-be02-7540236db51c", 216);
            check(client, "/api/v1/namespaces/old/secrets/key", "4350606e-26fb-4af7-9d31-1d720c176d0a", 205);
            check(client, "/apis/apps/v1/namespaces/old/deployments/web", "d2a2c0b3-64af-4468-ac7f-63055d1429e7", 206);
            check(
                    client,
                    "/apis/sea.example/v1/namespaces/old/ships/pinta",
                    "9fede7e0-521e-4767-8c60-3d8666eec80b",
                    211);
            JsonNode list = get(client, "/api/v1/namespaces/old/configmaps");
            assertThat(list.path("items").findValuesAsText("name")).contains("large", "settings");
            assertThat(list.path("items")).hasSize(2);
            assertThat(list.at("/metadata/resourceVersion").asLong()).isGreaterThanOrEqualTo(LAST_REVISION);
            JsonNode settings = get(client, "/api/v1/namespaces/old/configmaps/settings");
            assertThat(settings.at("/data").toString()).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
            assertThat(settings.at("/metadata/annotations/note").asText()).isEqualTo("fr\u00fcher \ud83d\ude00");
            assertThat(get(client, "/api/v1/namespaces/old/configmaps/large")
                            .at("/data/text")
                            .asText())
                    .isEqualTo("0123456789".repeat(3_000));
            assertThat(get(client, "/api/v1/namespaces/old/secrets/key")
                            .at("/data/token")
                            .asText())
                    .isEqualTo("c2VjcmV0");
            assertThat(get(client, "/apis/sea.example/v1/namespaces/old/ships/pinta")
                            .at("/spec/masts")
                            .asInt())
                    .isEqualTo(3);
        }
    }

    private static void check(KubernetesClient client, String path, String uid, long revision) throws IOException {
        JsonNode metadata = get(client, path).path("metadata");
        assertThat(metadata.path("uid").asText()).as(path).isEqualTo(uid);
        assertThat(metadata.path("resourceVersion").asLong()).as(path).isEqualTo(revision);
    }

    private static JsonNode get(KubernetesClient client, String path) throws IOException {
        String body = client.raw(path);
        assertThat(body).as(path).isNotNull();
        return JSON.readTree(body);
    }

    @Test
    void whatIsLeftOfADirectoryIsRefusedWithOneLine() throws IOException {
        unpack(1);
        Files.delete(directory.resolve("CURRENT"));
        Files.writeString(directory.resolve("CURRENT"), "MANIFEST-000099\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(ApiServerStartException.class)
                .hasMessageStartingWith("data directory " + directory + " can't be opened: ")
                .hasMessageNotContaining("\n");
    }
}
