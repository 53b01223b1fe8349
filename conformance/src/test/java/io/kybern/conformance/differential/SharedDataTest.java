package io.kybern.conformance.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.ApiServerConfig;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.ValueForm;
import io.kybern.apiserver.storage.etcd.EtcdOptions;
import io.kybern.apiserver.storage.etcd.EtcdStore;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import io.kybern.conformance.process.UpstreamProcess;
import io.kybern.etcd.Etcd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same etcd under Kybern, then under the original, then under Kybern again: each shows what the other has written, an object
 * of every kind, to the last field.
 */
class SharedDataTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("..", "api-server", "src", "test", "resources", "golden");

    /** What each server keeps up to date itself while it runs. */
    private static final Set<String> OWN = Set.of(
            "/api/v1/endpoints/default/kubernetes",
            "/apis/discovery.k8s.io/v1/endpointslices/default/kubernetes",
            "/apis/networking.k8s.io/v1/servicecidrs/kubernetes",
            "/api/v1/configmaps/kube-system/extension-apiserver-authentication",
            "/api/v1/configmaps/kube-system/kube-apiserver-legacy-service-account-token-tracking");

    @TempDir
    private Path directory;

    private record Answer(int code, JsonNode body) {}

    /** One server of either kind, by its port. */
    private record Api(int port) {
        Answer send(String method, String path, String body) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (HttpConnection connection = HttpConnection.open(port)) {
                int code = connection.exchange(HttpConnection.request(method, path, body), out::write);
                String text = out.toString(StandardCharsets.UTF_8);
                return new Answer(code, text.startsWith("{") ? JSON.readTree(text) : JSON.valueToTree(text));
            }
        }

        JsonNode get(String path) throws IOException {
            Answer answer = send("GET", path, "");
            for (int i = 0; i < 300 && answer.code() == 429; i++) { // the original fills its caches
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                answer = send("GET", path, "");
            }
            assertThat(answer.code()).as(path + ": " + answer.body()).isEqualTo(200);
            return answer.body();
        }

        /** Where objects of each stored kind are listed, over all namespaces. */
        List<String> collections() throws IOException {
            List<String> versions = new ArrayList<>(List.of("/api/v1"));
            for (JsonNode group : get("/apis").path("groups")) {
                group.path("versions")
                        .forEach(v ->
                                versions.add("/apis/" + v.path("groupVersion").asText()));
            }
            List<String> out = new ArrayList<>();
            for (String version : versions) {
                Answer answer = send("GET", version, "");
                if (answer.code() == 503) {
                    continue; // an APIService of a server that isn't there
                }
                for (JsonNode resource : answer.body().path("resources")) {
                    String verbs = resource.path("verbs").toString();
                    if (verbs.contains("\"create\"") && verbs.contains("\"list\"")) {
                        out.add(version + "/" + resource.path("name").asText());
                    }
                }
            }
            return out;
        }

        /** All objects by their path. */
        Map<String, JsonNode> objects() throws IOException {
            Map<String, JsonNode> out = new TreeMap<>();
            for (String collection : collections()) {
                JsonNode list = get(collection);
                for (JsonNode item : list.path("items")) {
                    JsonNode metadata = item.path("metadata");
                    String place = metadata.path("namespace").asText("");
                    String name = metadata.path("name").asText();
                    out.put(collection + "/" + (place.isEmpty() ? "" : place + "/") + name, item);
                }
            }
            return out;
        }
    }

    private ApiServer kybern(Etcd etcd, ValueForm form) throws IOException {
        Path tokens =
                Files.writeString(directory.resolve("tokens"), ServerProcess.TOKEN + ",bench,bench,system:masters\n");
        return ApiServer.start(new ApiServerConfig(
                Optional.empty(),
                Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                Pki.open(directory.resolve("pki"), InstantSource.system()),
                Optional.of(tokens),
                "10.96.0.0/16",
                "30000-32767",
                "https://kubernetes.default.svc.cluster.local",
                true,
                Duration.ofMinutes(5),
                Optional.of(EtcdOptions.of(List.of(etcd.endpoint()), Duration.ofMinutes(5))
                        .withForm(form))));
    }

    private static byte[] stored(Etcd etcd, String key) {
        try (EtcdStore store = EtcdStore.open(EtcdOptions.of(List.of(etcd.endpoint()), Duration.ofMinutes(5)))) {
            return store.get(key, Revision.NONE).orElseThrow().value();
        }
    }

    private UpstreamProcess original(Etcd etcd, String name) throws IOException {
        Path place = Files.createDirectories(directory.resolve(name));
        return UpstreamProcess.on("http://127.0.0.1:" + etcd.endpoint().getPort(), place);
    }

    /** What to create where, in order. */
    private static List<Map.Entry<String, ObjectNode>> wanted() throws IOException {
        List<Map.Entry<String, ObjectNode>> out = new ArrayList<>();
        for (Subject subject : Subject.all(GOLDEN)) {
            ObjectNode object = subject.objects().getFirst().deepCopy();
            out.add(Map.entry(subject.collection(), object));
        }
        try (InputStream in = SharedDataTest.class.getResourceAsStream("more-kinds.json")) {
            for (JsonNode more : JSON.readTree(in)) {
                out.add(Map.entry(more.path("path").asText(), (ObjectNode) more.path("body")));
            }
        }
        return out;
    }

    private static void create(Api api) throws IOException {
        ObjectNode place = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
        place.putObject("metadata").put("name", Subject.NAMESPACE);
        api.send("POST", "/api/v1/namespaces", place.toString());
        ObjectNode account = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "ServiceAccount");
        account.putObject("metadata").put("name", "default"); // pods are refused without
        api.send("POST", "/api/v1/namespaces/" + Subject.NAMESPACE + "/serviceaccounts", account.toString());
        List<String> refused = new ArrayList<>();
        for (Map.Entry<String, ObjectNode> wanted : wanted()) {
            Answer answer = api.send("POST", wanted.getKey(), wanted.getValue().toString());
            for (int i = 0; i < 100 && answer.code() == 404; i++) { // a custom kind is served in a moment
                answer = api.send("POST", wanted.getKey(), wanted.getValue().toString());
            }
            if (answer.code() == 409) { // one resource under two names: events
                wanted.getValue().withObject("/metadata").put("name", "another");
                answer = api.send("POST", wanted.getKey(), wanted.getValue().toString());
            }
            if (answer.code() != 201) {
                refused.add(wanted.getKey() + ": " + answer.code() + " "
                        + answer.body().path("message").asText());
            }
        }
        assertThat(refused).isEmpty();
    }

    /** Kinds of which there is no object. */
    private static Set<String> without(Api api, Map<String, JsonNode> objects) throws IOException {
        Set<String> out = new TreeSet<>(api.collections());
        objects.keySet().forEach(path -> out.removeIf(collection -> path.startsWith(collection + "/")));
        return out;
    }

    /** Paths of objects that differ, with where. Those that a server has written again since are other ones. */
    private static Map<String, String> differences(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        Map<String, String> out = new LinkedHashMap<>();
        before.forEach((path, object) -> {
            if (OWN.contains(path) || path.contains("/leases/kube-system/apiserver-")) {
                return;
            }
            JsonNode other = after.get(path);
            if (other == null) {
                out.put(path, "is not there");
            } else if (!other.equals(object)) {
                List<String> where = new ArrayList<>();
                compare("", object, other, where);
                if (!where.isEmpty()) {
                    out.put(path, String.join("; ", where));
                }
            }
        });
        return out;
    }

    private static void compare(String at, JsonNode one, JsonNode other, List<String> out) {
        if (one instanceof ObjectNode && other instanceof ObjectNode) {
            Set<String> names = new TreeSet<>();
            one.fieldNames().forEachRemaining(names::add);
            other.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(at + "." + name, one.path(name), other.path(name), out));
        } else if (one instanceof ArrayNode && other instanceof ArrayNode && one.size() == other.size()) {
            for (int i = 0; i < one.size(); i++) {
                compare(at + "[" + i + "]", one.get(i), other.get(i), out);
            }
        } else if (!one.equals(other)) {
            out.add(at + " was " + one + ", is " + other);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "PROTOBUF"})
    void eachServesWhatTheOtherHasWritten(ValueForm form) throws IOException {
        Etcd.program("kube-apiserver");
        try (Etcd etcd = Etcd.start(directory)) {
            Map<String, JsonNode> first;
            try (ApiServer server = kybern(etcd, form)) {
                Api api = new Api(server.uri().getPort());
                create(api);
                first = api.objects();
                assertThat(without(api, first)).isEmpty();
            }
            assertThat(new String(stored(etcd, "/registry/namespaces/default"), StandardCharsets.ISO_8859_1))
                    .startsWith(form == ValueForm.PROTOBUF ? "k8s\0" : "{");
            Map<String, JsonNode> second;
            try (UpstreamProcess server = original(etcd, "original")) {
                Api api = new Api(server.port());
                second = api.objects();
                assertThat(differences(first, second)).isEmpty();
                rewrite(api, second);
                second = api.objects();
            }
            try (ApiServer server = kybern(etcd, form)) {
                Map<String, JsonNode> third = new Api(server.uri().getPort()).objects();
                assertThat(differences(second, third)).isEmpty();
            }
        }
    }

    /** Lets a server write all in its own form: protobuf, of what it has a form of. */
    private static void rewrite(Api api, Map<String, JsonNode> objects) throws IOException {
        List<String> refused = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : objects.entrySet()) {
            ObjectNode object = entry.getValue().deepCopy();
            ObjectNode metadata = (ObjectNode) object.path("metadata");
            String place = metadata.path("namespace").asText("");
            if (OWN.contains(entry.getKey()) || place.equals("kube-system")) {
                continue;
            }
            metadata.withObject("/labels").put("rewritten", "yes");
            String[] parts = entry.getKey().split("/");
            String collection = entry.getKey().startsWith("/api/") ? parts[3] : parts[4];
            String head = entry.getKey().startsWith("/api/") ? "/api/v1" : "/apis/" + parts[2] + "/" + parts[3];
            String path = head + (place.isEmpty() ? "" : "/namespaces/" + place) + "/" + collection + "/"
                    + metadata.path("name").asText();
            Answer answer = api.send("PUT", path, object.toString());
            if (answer.code() != 200 && answer.code() != 409) {
                refused.add(path + ": " + answer.code() + " "
                        + answer.body().path("message").asText());
            }
        }
        assertThat(refused).isEmpty();
    }
}
