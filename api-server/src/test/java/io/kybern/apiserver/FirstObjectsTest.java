package io.kybern.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.bootstrap.BootstrapParameters;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.memory.MemoryStore;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server of a new cluster stores, and what one of another cluster makes sure of. {@code -Dbootstrap.rewrite=true} makes {@code
 * stored.jsonl} anew, from {@code objects.json} and what the server does with that.
 */
class FirstObjectsTest {
    private static final Path FILE = Path.of("src/main/resources/io/kybern/apiserver/bootstrap/stored.jsonl");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2031-02-03T04:05:06Z"));

    /** Values that nothing else has, so that they can be told from what is the same everywhere. */
    private static final BootstrapParameters PARAMETERS = new BootstrapParameters(
            Cidr.parse("10.234.0.0/16").orElseThrow(),
            IpAddress.parse("192.0.2.77").orElseThrow(),
            54321,
            "the clients'\nauthority",
            "the front proxies'\nauthority",
            CLOCK.instant());

    private static final Map<String, String> PLACES = Map.of(
            "the clients'\\nauthority", "${clientCa}",
            "the front proxies'\\nauthority", "${requestHeaderCa}",
            "10.234.0.1", "${serviceIp}",
            "10.234.0.0/16", "${serviceRange}",
            "54321", "${port}",
            "2031-02-03T04:05:06Z", "${now}",
            "\"2031-02-03\"", "\"${today}\"");

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final MemoryStore store = new MemoryStore(Duration.ofMinutes(5), CLOCK);
    private ApiServerConfig config;
    private Pipeline pipeline;

    @BeforeEach
    void begin(@TempDir Path directory) throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens"), "admin,admin,1,\"system:masters\"\n");
        config = new ApiServerConfig(
                Optional.empty(),
                Optional.empty(),
                Pki.inMemory(InstantSource.system()),
                Optional.of(tokens),
                "10.234.0.0/16",
                "30000-32767",
                "https://issuer.example",
                true,
                Duration.ofMinutes(5));
        pipeline = new Pipeline(config, store, CLOCK);
    }

    @AfterEach
    void end() {
        pipeline.close();
        executor.shutdownNow();
        store.close();
    }

    /** What is stored when the first objects are there and nothing else yet, by its keys. */
    private Map<String, String> start(Pipeline server) {
        Map<String, String> seen = new TreeMap<>();
        server.bootstrap(PARAMETERS, executor, (bootstrap, begun) -> {
            if (!begun) {
                bootstrap.ensure();
            }
            seen.putAll(stored());
        });
        return seen;
    }

    private Map<String, String> stored() {
        Map<String, String> out = new TreeMap<>();
        for (KeyValue pair :
                store.range("/registry/", "/registry0", Revision.NONE, 0).items()) {
            String value = new String(pair.value(), StandardCharsets.UTF_8);
            out.put(pair.key(), value.substring(value.indexOf('{')));
        }
        return out;
    }

    private static String template(String json) {
        String out = json.replaceFirst("\"uid\":\"[-0-9a-f]{36}\"", "\"uid\":\"\\${uid}\"");
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            out = out.replace(place.getKey(), place.getValue());
        }
        return out;
    }

    private static String templates(Map<String, String> objects) {
        return objects.values().stream().map(json -> template(json) + "\n").collect(Collectors.joining());
    }

    /** How many objects a list has. */
    private int count(String path) {
        Headers headers = new Headers().add("Authorization", "Bearer admin").add("Accept", "application/json");
        ApiRequest request = ApiRequest.of("GET", path, headers, Peer.local());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        switch (CompletableFuture.supplyAsync(() -> pipeline.serve(request), executor)
                .join()) {
            case ApiResponse.Full full -> full.body().forEach(body::writeBytes);
            case ApiResponse.Chunks chunks ->
                chunks.pieces()
                        .forEachRemaining(p -> body.write(p.array(), p.arrayOffset() + p.position(), p.remaining()));
            default -> throw new IllegalStateException("a list has a body");
        }
        return JsonTree.parseStored(body.toByteArray()).path("items").size();
    }

    @Test
    void aNewClusterIsGivenWhatTheServerWouldWrite() throws IOException {
        String other = "/registry/of/somebody/else";
        store.commit(Write.put(other, Revision.NONE, "{}".getBytes(StandardCharsets.UTF_8)));
        Map<String, String> written = start(pipeline);
        written.remove(other);
        if (Boolean.getBoolean("bootstrap.rewrite")) {
            Files.writeString(FILE, templates(written));
        }
        assertThat(templates(written)).isEqualTo(Files.readString(FILE));
    }

    @Test
    void aNewClusterIsGivenAllOfItAtItsFirstStart() throws IOException {
        Map<String, String> given = start(pipeline);
        assertThat(templates(given)).isEqualTo(Files.readString(FILE));
        assertThat(given.values())
                .extracting(json -> json.substring(json.indexOf("\"uid\":")).substring(0, 44))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsLoadedAlreadyFindsItByLabelsAndFields() {
        String roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        String namespaces = "/api/v1/namespaces";
        assertThat(count(roles)).isZero();
        assertThat(count(namespaces)).isZero();
        start(pipeline);
        assertThat(count(roles + "?labelSelector=kubernetes.io/bootstrapping%3Drbac-defaults"))
                .isPositive()
                .isEqualTo(count(roles));
        assertThat(count(namespaces + "?fieldSelector=status.phase%3DActive")).isEqualTo(4);
        assertThat(count(namespaces + "?labelSelector=kubernetes.io/metadata.name%3Ddefault"))
                .isEqualTo(1);
    }

    @Test
    void theAddressOfTheFirstServiceIsTaken() {
        start(pipeline);
        Headers headers = new Headers().add("Authorization", "Bearer admin").add("Content-Type", "application/json");
        ApiRequest request = ApiRequest.of("POST", "/api/v1/namespaces/default/services", headers, Peer.local())
                .withBody("""
                        {"kind":"Service","apiVersion":"v1","metadata":{"name":"other"},
                         "spec":{"clusterIP":"10.234.0.1","ports":[{"port":80}]}}""".getBytes(StandardCharsets.UTF_8));
        assertThat(CompletableFuture.supplyAsync(() -> pipeline.serve(request), executor)
                        .join()
                        .status())
                .isEqualTo(422);
    }

    @Test
    void serversThatBeginAClusterTogetherLeaveOneOfEach() {
        start(pipeline);
        Map<String, String> ofTheFirst = stored();
        KeyValueStore seenEmpty = (KeyValueStore) Proxy.newProxyInstance(
                KeyValueStore.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("count") ? (Object) 0L : method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (Pipeline second = new Pipeline(config, seenEmpty, CLOCK)) {
            assertThat(start(second)).containsAllEntriesOf(ofTheFirst);
        }
    }

    @Test
    void theServiceOfAThawedClusterLeadsToTheServerThatTookItOver() {
        start(pipeline);
        BootstrapParameters elsewhere = new BootstrapParameters(
                PARAMETERS.serviceRange(),
                PARAMETERS.advertiseAddress(),
                12345,
                PARAMETERS.clientCa(),
                PARAMETERS.requestHeaderCa(),
                PARAMETERS.now());
        try (MemoryStore thawed = store.freeze().thaw(Duration.ofMinutes(5), CLOCK);
                Pipeline second = new Pipeline(config, thawed, CLOCK)) {
            second.bootstrap(elsewhere, executor, (bootstrap, begun) -> bootstrap.adopt());
            String service = new String(
                    thawed.get("/registry/services/specs/default/kubernetes", Revision.NONE)
                            .orElseThrow()
                            .value(),
                    StandardCharsets.UTF_8);
            assertThat(service).contains("\"targetPort\":12345");
        }
    }

    /** Changes an object in the store, behind the back of the server. */
    private void change(String key, String text, String other) {
        KeyValue pair = store.get("/registry/" + key, Revision.NONE).orElseThrow();
        String value = new String(pair.value(), StandardCharsets.ISO_8859_1);
        assertThat(value).contains(text);
        store.commit(Write.put(pair.key(), null, value.replace(text, other).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aLaterStartGivesBackWhatIsMissingAndLeavesWhatSomebodyChanged() {
        start(pipeline);
        pipeline.close();
        Map<String, String> before = stored();
        store.commit(Write.delete("/registry/clusterroles/system:basic-user", null));
        store.commit(Write.delete("/registry/priorityclasses/system-node-critical", null));
        change("priorityclasses/system-cluster-critical", "Used for system", "Made for others");
        change("clusterrolebindings/cluster-admin", "system:masters", "system:mustard");
        change("clusterroles/system:discovery", "\"/healthz\"", "\"/wealthz\"");
        change("clusterroles/system:public-info-viewer", "autoupdate\":\"true", "autoupdate\":\"no!!");
        change("clusterroles/system:public-info-viewer", "\"/healthz\"", "\"/wealthz\"");
        pipeline = new Pipeline(config, store, CLOCK);
        Map<String, String> after = start(pipeline);
        assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
        for (String given : List.of("clusterroles/system:basic-user", "priorityclasses/system-node-critical")) {
            String now = after.get("/registry/" + given);
            assertThat(now).isNotEqualTo(before.get("/registry/" + given));
            assertThat(template(now)).isEqualTo(template(before.get("/registry/" + given)));
        }
        assertThat(after.get("/registry/priorityclasses/system-cluster-critical"))
                .contains("Made for others");
        assertThat(after.get("/registry/clusterrolebindings/cluster-admin"))
                .contains("system:masters", "system:mustard");
        assertThat(after.get("/registry/clusterroles/system:discovery")).contains("/healthz", "/wealthz");
        assertThat(after.get("/registry/clusterroles/system:public-info-viewer"))
                .doesNotContain("/healthz")
                .contains("/wealthz");
    }

    @Test
    void aLaterStartWritesNothingWhereNothingIsMissing() {
        Map<String, String> before = start(pipeline);
        pipeline.close();
        Map<String, String> between = stored();
        pipeline = new Pipeline(config, store, CLOCK);
        assertThat(start(pipeline)).isEqualTo(between).containsAllEntriesOf(before);
    }
}
