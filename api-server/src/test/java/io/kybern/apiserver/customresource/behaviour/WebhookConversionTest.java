package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.MERGE;
import static io.kybern.apiserver.customresource.behaviour.Cluster.eventually;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.name;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A kind whose versions only a webhook can turn into one another. */
class WebhookConversionTest {
    private static final String V1 = """
            type: object
            properties:
              spec:
                type: object
                properties: {host: {type: string}, port: {type: string}, color: {type: string, default: v1}}
              status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """;
    private static final String V2 = V1.replace(
                    "host: {type: string}, port: {type: string}", "hostPort: {type: string}")
            .replace("default: v1", "default: v2");

    private static Cluster cluster;
    private ConversionHook hook;
    private String group;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void open() {
        hook = new ConversionHook();
        group = cluster.newGroup();
    }

    @AfterEach
    void close() {
        hook.close();
    }

    /** Versions v1 (stored) and v2. */
    private void define(String... reviewVersions) {
        ObjectNode definition = Gadgets.definition(group, "Cluster", V1);
        definition.withArray("/spec/versions").add(version("v2", "true, storage: false", V2));
        definition.at("/spec/versions").forEach(v -> ((ObjectNode) v).set("subresources", yaml("{status: {}}")));
        definition.withObject("/spec").set("conversion", hook.conversion(reviewVersions));
        cluster.define(definition);
    }

    private String at(String version) {
        return path(group, version, "");
    }

    private ObjectNode make(String version, String name) {
        String spec = version.equals("v1") ? "{spec: {host: h, port: '1'}}" : "{spec: {hostPort: 'h:1'}}";
        return cluster.create(at(version), gadget(group, version, name, spec)).ok();
    }

    private void store(String version) {
        cluster.redefine(
                        name(group),
                        d -> d.at("/spec/versions")
                                .forEach(v -> ((ObjectNode) v)
                                        .put("storage", v.path("name").asText().equals(version))))
                .ok();
        cluster.await(
                DEFINITIONS + "/" + name(group),
                d -> d.at("/status/storedVersions").toString().contains(version));
        eventually(
                () -> cluster.get("/apis/" + group + "/v1").at("/resources/0/storageVersionHash"),
                hash -> hash.equals(cluster.get("/apis/" + group + "/v2").at("/resources/0/storageVersionHash")));
    }

    @Test
    void everyVerbShowsTheObjectInTheVersionThatWasAskedFor() {
        define("v1");
        ObjectNode two = make("v2", "foo");
        assertThat(two.path("spec")).isEqualTo(yaml("{hostPort: 'h:1', color: v2}"));
        assertThat(cluster.get(at("v1") + "/foo").ok().path("spec")).isEqualTo(yaml("{host: h, port: '1', color: v2}"));
        assertThat(cluster.get(at("v2")).at("/items/0")).isEqualTo(two);
        JsonNode patched = cluster.patch(at("v2") + "/foo", MERGE, "{\"spec\":{\"hostPort\":\"h:2\"}}")
                .ok();
        assertThat(patched.at("/spec/hostPort").asText()).isEqualTo("h:2");
        assertThat(patched.at("/metadata/generation").asInt()).isEqualTo(2);
        JsonNode status = cluster.patch(at("v2") + "/foo/status", MERGE, "{\"status\":{\"ready\":true}}")
                .ok();
        assertThat(status.path("apiVersion").asText()).isEqualTo(group + "/v2");
        assertThat(cluster.get(at("v1") + "/foo").at("/spec/port").asText()).isEqualTo("2");
        assertThat(cluster.patch(at("v2") + "/foo", MERGE, "{}").ok())
                .as("no write")
                .isEqualTo(status);
        cluster.delete(at("v2") + "/foo").ok();
        assertThat(cluster.get(at("v1")).at("/items")).isEmpty();
    }

    @Test
    void appliesOfOneManagerInTwoVersionsKnowOfEachOther() {
        define("v1");
        make("v2", "foo");
        String wish = "{apiVersion: %s/%s, kind: Gadget, metadata: {name: foo}, spec: {%s}}";
        String force = "/foo?fieldManager=app&force=true";
        cluster.patch(at("v1") + force, Cluster.APPLY, wish.formatted(group, "v1", "port: '22'"))
                .ok();
        JsonNode applied = cluster.patch(
                        at("v2") + force, Cluster.APPLY, wish.formatted(group, "v2", "hostPort: 'g:33'"))
                .ok();
        assertThat(applied.at("/spec/hostPort").asText()).isEqualTo("g:33");
        JsonNode entry = applied.at("/metadata/managedFields/0");
        assertThat(entry.path("manager").asText()).isEqualTo("app");
        assertThat(entry.path("apiVersion").asText()).isEqualTo(group + "/v2");
        assertThat(entry.path("fieldsV1")).isEqualTo(yaml("{f:spec: {f:hostPort: {}}}"));
        assertThat(applied.at("/metadata/managedFields/1/fieldsV1")).isEqualTo(yaml("{f:spec: {.: {}, f:color: {}}}"));
    }

    @Test
    void aListIsConvertedInOneCallAndOnlyOnce() {
        define("v1");
        for (int i = 0; i < 20; i++) {
            make("v1", "foo-" + i);
        }
        hook.reviews().clear();
        assertThat(cluster.get(at("v2")).at("/items")).hasSize(20);
        assertThat(hook.reviews()).hasSize(1);
        assertThat(hook.reviews().getFirst().at("/request/objects")).hasSize(20);
        assertThat(hook.reviews().getFirst().at("/request/desiredAPIVersion").asText())
                .isEqualTo(group + "/v2");
        cluster.get(at("v2") + "?limit=5").ok();
        cluster.get(at("v2") + "/foo-3").ok();
        try (WatchProbe watch = cluster.watch(at("v2"))) {
            watch.next("ADDED", "foo-0");
        }
        assertThat(hook.reviews()).as("what is known is not asked for again").hasSize(1);
    }

    @Test
    void aWatchSeesChangesConvertedInOrderAndFiltersWhatItSees() {
        define("v1");
        hook.spoil((review, answer) -> {
            answer.at("/response/convertedObjects")
                    .forEach(o -> ((ObjectNode) o.path("metadata"))
                            .withObject("/labels")
                            .put("port", o.at("/spec/hostPort").asText(":none").split(":")[1]));
            return answer.toString();
        });
        try (WatchProbe all = cluster.watch(at("v2"));
                WatchProbe ones = cluster.watch(at("v2") + "?labelSelector=port%3D1")) {
            make("v1", "foo");
            assertThat(all.next("ADDED", "foo").at("/spec/hostPort").asText()).isEqualTo("h:1");
            ones.next("ADDED", "foo");
            for (int i = 2; i < 6; i++) {
                cluster.patch(at("v1") + "/foo", MERGE, "{\"spec\":{\"port\":\"" + i + "\"}}")
                        .ok();
                assertThat(all.next("MODIFIED", "foo").at("/spec/hostPort").asText())
                        .isEqualTo("h:" + i);
            }
            ones.next("DELETED", "foo");
            cluster.patch(at("v1") + "/foo", MERGE, "{\"spec\":{\"port\":\"1\"}}")
                    .ok();
            ones.next("ADDED", "foo");
            all.next("MODIFIED", "foo");
            cluster.delete(at("v1") + "/foo").ok();
            assertThat(all.next("DELETED", "foo").path("apiVersion").asText()).isEqualTo(group + "/v2");
            ones.next("DELETED", "foo");
        }
    }

    @Test
    void aWatchOutlivesAWebhookThatFailsForAWhile() {
        define("v1");
        try (WatchProbe watch = cluster.watch(at("v2"))) {
            make("v1", "one");
            watch.next("ADDED", "one");
            hook.spoil((review, answer) -> "{}");
            make("v1", "two");
            make("v1", "three");
            eventually(() -> hook.reviews().size(), n -> n > 3); // tried, and tried again
            watch.nothingMore();
            hook.behave();
            watch.next("ADDED", "two");
            watch.next("ADDED", "three");
        }
    }

    @Test
    void objectsAreStoredInAnyVersionAndServedInAll() {
        define("v1");
        make("v1", "one");
        store("v2");
        make("v1", "two");
        hook.reviews().clear();
        assertThat(cluster.get(at("v1") + "/one").ok().at("/spec/host").asText())
                .isEqualTo("h");
        assertThat(hook.reviews()).as("it is stored so").isEmpty();
        for (String version : List.of("v1", "v2")) {
            List<String> specs = new ArrayList<>();
            cluster.get(at(version))
                    .at("/items")
                    .forEach(i -> specs.add(i.path("spec").toString()));
            String spec = version.equals("v1")
                    ? "{\"color\":\"v1\",\"host\":\"h\",\"port\":\"1\"}"
                    : "{\"color\":\"v1\",\"hostPort\":\"h:1\"}";
            assertThat(specs).containsExactly(spec, spec);
        }
        hook.spoil((review, answer) -> "{}");
        cluster.get(at("v1") + "/one").ok();
        hook.behave();
        ObjectNode same = cluster.get(at("v2") + "/one").ok();
        JsonNode migrated = cluster.replace(at("v2") + "/one", same).ok();
        assertThat(migrated.at("/metadata/resourceVersion")).isNotEqualTo(same.at("/metadata/resourceVersion"));
        assertThat(cluster.replace(at("v2") + "/one", migrated).ok().at("/metadata/resourceVersion"))
                .isEqualTo(migrated.at("/metadata/resourceVersion"));
    }

    @Test
    void whatIsLeftBehindInAVersionThatIsGoneCannotBeShown() {
        define("v1");
        make("v1", "one");
        store("v2");
        cluster.patch(DEFINITIONS + "/" + name(group) + "/status", MERGE, "{\"status\":{\"storedVersions\":[\"v2\"]}}")
                .ok();
        cluster.redefine(name(group), d -> ((ArrayNode) d.at("/spec/versions")).remove(0))
                .ok();
        eventually(() -> cluster.get(at("v1")), a -> a.code() == 404);
        assertThat(cluster.get(at("v2") + "/one").refused(500))
                .isEqualTo("request to convert CR from an invalid group/version: " + group + "/v1");
    }

    @Test
    void whatTheWebhookBringsIsPrunedAndNotDefaulted() {
        define("v1");
        make("v1", "foo");
        hook.spoil((review, answer) -> {
            ObjectNode spec = (ObjectNode) answer.at("/response/convertedObjects/0/spec");
            spec.put("unknown", 1).remove("color");
            return answer.toString();
        });
        assertThat(cluster.get(at("v2") + "/foo").ok().path("spec")).isEqualTo(yaml("{hostPort: 'h:1'}"));
    }

    @Test
    void ofTheMetadataOnlyLabelsAndAnnotationsAreTheWebhooks() {
        define("v1");
        JsonNode made = make("v1", "foo");
        hook.spoil((review, answer) -> {
            ((ObjectNode) answer.at("/response/convertedObjects/0/metadata"))
                    .put("generation", 77)
                    .put("resourceVersion", "1")
                    .put("creationTimestamp", "2001-01-01T00:00:00Z")
                    .setAll(yaml("{labels: {new: label}, annotations: {a: b}, finalizers: [x/y], managedFields: []}"));
            return answer.toString();
        });
        ObjectNode metadata = (ObjectNode) cluster.get(at("v2") + "/foo").ok().path("metadata");
        assertThat(metadata.remove("labels")).isEqualTo(yaml("{new: label}"));
        assertThat(metadata.remove("annotations")).isEqualTo(yaml("{a: b}"));
        assertThat(metadata).isEqualTo(made.path("metadata"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /metadata | {name: other} | returned invalid object: must have the same name: foo != other
            /metadata | {uid: other} | returned invalid object: must have the same UID: UID != other
            /metadata | {namespace: other} | returned invalid object: must have the same namespace:  != other
            ''        | {kind: Other} | returned invalid object at index 0: invalid kind (expected Gadget, received Other)
            ''        | {apiVersion: other/v9} | returned invalid object at index 0: invalid groupVersion (expected GROUP/v2, received other/v9)
            /metadata | {labels: x} | returned invalid metadata: invalid metadata.labels of type string in converted object
            /metadata | {labels: {new: 3}} | returned invalid metadata: metadata.labels[new] must be a string, but is int64 in converted object
            /metadata | {annotations: {'*?': x}} | returned invalid metadata: metadata.annotation: Invalid value: "*?": name part
            """)
    void anAnswerWithAnotherObjectIsRefused(String pointer, String change, String complaint) {
        define("v1");
        String uid = make("v1", "foo").at("/metadata/uid").asText();
        hook.spoil((review, answer) -> {
            ((ObjectNode) answer.at("/response/convertedObjects/0" + pointer)).setAll(yaml(change));
            return answer.toString();
        });
        assertThat(cluster.get(at("v2") + "/foo").refused(500))
                .startsWith("conversion webhook for " + group + "/v1, Kind=Gadget "
                        + complaint.replace("UID != ", uid + " != ").replace("GROUP", group));
        cluster.get(at("v1") + "/foo").ok();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v1      | {uid: x} | failed: expected response.uid=
            v1      | {result: {status: Failure, message: no way}} | failed: no way
            v1      | {result: {status: Failure}} | failed: response.result.status was 'Failure', not 'Success'
            v1      | {result: x} | failed: json: cannot unmarshal string into Go struct field ConversionResponse.response.result of type v1.Status
            v1      | {convertedObjects: x} | failed: json: cannot unmarshal string into Go struct field ConversionResponse.response.convertedObjects of type []runtime.RawExtension
            v1      | {convertedObjects: []} | returned 0 objects, expected 1
            v1      | {convertedObjects: [{}, {}]} | returned 2 objects, expected 1
            v1beta1 | {result: {status: Failure, message: no way}} | failed: no way
            v1beta1 | {result: {}} | failed: response.result.status was '', not 'Success'
            """)
    void aRefusalIsToldAsTheWebhookSaysIt(String reviews, String change, String complaint) {
        define(reviews);
        make("v1", "foo");
        hook.spoil((review, answer) -> {
            ((ObjectNode) answer.path("response")).setAll(yaml(change));
            return answer.toString();
        });
        String expected = "conversion webhook for " + group + "/v1, Kind=Gadget " + complaint;
        assertThat(cluster.get(at("v2") + "/foo").refused(500)).startsWith(expected);
        assertThat(cluster.get(at("v2")).refused(429))
                .startsWith("storage is (re)initializing: failed to list " + group + "/v2, Kind=Gadget: " + expected);
        assertThat(cluster.create(at("v2"), gadget(group, "v2", "bar", "{spec: {hostPort: 'a:1'}}"))
                        .refused(500))
                .startsWith(expected.replace("/v1, Kind", "/v2, Kind"));
        assertThat(cluster.get(at("v1") + "/bar").code()).isEqualTo(404);
        assertThat(cluster.get(at("v2") + "?watch=true").refused(429))
                .startsWith("storage is (re)initializing: failed to list " + group + "/v2, Kind=Gadget: " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "this is: {garbage",
                "[]",
                "\"x\"",
                "{\"response\":{}}",
                "{\"kind\":\"ConversionReview\",\"apiVersion\":\"apiextensions.k8s.io/v1\",\"response\":true}",
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\"}"
            })
    void garbageIsNoAnswer(String garbage) {
        define("v1");
        make("v1", "foo");
        hook.spoil((review, answer) -> garbage);
        assertThat(cluster.get(at("v2") + "/foo").refused(500))
                .startsWith("conversion webhook for " + group + "/v1, Kind=Gadget failed: ");
    }

    @Test
    void anAnswerWithoutEndIsCutOff() {
        define("v1");
        make("v1", "foo");
        hook.spoil((review, answer) -> "{\"x\":\"" + "y".repeat(33 << 20));
        assertThat(cluster.get(at("v2") + "/foo").refused(500)).contains("the answer is larger than 33554432 bytes");
    }

    @Test
    void theFirstReviewVersionThatIsKnownIsSpoken() {
        define("v9", "v1beta1", "v1");
        make("v1", "foo");
        cluster.get(at("v2") + "/foo").ok();
        assertThat(hook.reviews().getLast().path("apiVersion").asText()).isEqualTo("apiextensions.k8s.io/v1beta1");
    }

    @Test
    void nobodyIsAskedForAVersionThatNobodyWants() {
        define("v1");
        make("v1", "foo");
        cluster.get(at("v1")).ok();
        cluster.patch(at("v1") + "/foo", MERGE, "{\"spec\":{\"port\":\"2\"}}").ok();
        cluster.delete(at("v1") + "/foo").ok();
        assertThat(hook.reviews()).isEmpty();
    }

    @Test
    void aServiceLeadsToThePodsBehindIt() {
        define("v1");
        cluster.redefine(name(group), d -> {
                    ObjectNode client = d.withObject("/spec/conversion/webhook/clientConfig");
                    client.remove("url");
                    client.set("service", yaml("{namespace: default, name: hook, path: /convert}"));
                })
                .ok();
        make("v1", "foo");
        eventually(
                () -> cluster.get(at("v2") + "/foo"),
                a -> a.message()
                        .endsWith(
                                "failed: Post \"https://hook.default.svc:443/convert?timeout=30s\": service \"hook\" not found"));
    }

    @Test
    void aWebhookThatHangsHoldsNobodyElse() {
        define("v1");
        make("v1", "foo");
        hook.spoil((review, answer) -> "");
        List<CompletableFuture<Cluster.Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "n" + i;
            waiting.add(inBackground(() -> cluster.get(at("v2") + "/foo")));
            waiting.add(inBackground(() -> cluster.get(at("v2"))));
            waiting.add(inBackground(() -> cluster.get(at("v2") + "?limit=1")));
            waiting.add(inBackground(() -> cluster.get(at("v2") + "?watch=true")));
            waiting.add(inBackground(
                    () -> cluster.create(at("v2"), gadget(group, "v2", name, "{spec: {hostPort: 'a:1'}}"))));
            waiting.add(inBackground(() -> cluster.patch(at("v2") + "/foo", MERGE, "{\"spec\":{\"x\":1}}")));
        }
        try (WatchProbe watch = cluster.watch(at("v1"))) {
            watch.next("ADDED", "foo");
            eventually(() -> hook.reviews().size(), n -> n > 0);
            for (int i = 0; i < 10; i++) {
                make("v1", "other-" + i);
                cluster.get("/api/v1/namespaces/default").ok();
                watch.next("ADDED", "other-" + i);
            }
            assertThat(waiting).as("what waits for the webhook").noneMatch(CompletableFuture::isDone);
            assertThat(hook.reviews())
                    .as("readers of one object want one conversion")
                    .hasSizeLessThan(60);
        }
        hook.close();
        waiting.forEach(answer -> assertThat(answer.join().code()).isIn(429, 500));
    }

    private static CompletableFuture<Cluster.Answer> inBackground(Supplier<Cluster.Answer> request) {
        return CompletableFuture.supplyAsync(request, task -> Thread.ofVirtual().start(task));
    }
}
