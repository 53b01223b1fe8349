package io.kybern.apiserver.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.kybern.apiserver.conversion.RestCalls.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All verbs on objects that are stored in v1 and asked for in v2, while the webhook between the two answers as a case has it,
 * and what is stored afterwards.
 */
final class ConversionScript {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String MERGE = "application/merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final RestCalls server;
    private final AnswerCase how;
    private final AnsweringWebhook webhook;
    private final String group;
    private final Duration forgets;
    private final Map<String, JsonNode> outcomes = new LinkedHashMap<>();

    /**
     * @param group that nobody else uses
     * @param forgets for how long a server may still know what it had in memory of a definition that has changed
     */
    ConversionScript(RestCalls server, AnswerCase how, AnsweringWebhook webhook, String group, Duration forgets) {
        this.forgets = forgets;
        this.server = server;
        this.how = how;
        this.webhook = webhook;
        this.group = group;
    }

    /** The answers by step. */
    Map<String, JsonNode> run() {
        define();
        server.create(at("v1"), object("v1", "foo"));
        server.create(at("v1"), object("v1", "good"));
        if (how.recipe().path("warm").asBoolean()) {
            warm();
        } else {
            cold();
        }
        server.send("DELETE", DEFINITIONS + "/gadgets." + group, "", "");
        return outcomes;
    }

    private void cold() {
        webhook.spoil(true);
        forget();
        step("watch", watch());
        step("get", server.get(at("v2") + "/foo"));
        step("list", server.get(at("v2")));
        step("table", server.send("GET", at("v2") + "/foo", "", "", TABLE));
        step("create", server.create(at("v2"), object("v2", "new")));
        step("create, stored", server.get(at("v1") + "/new"));
        ObjectNode update = object("v2", "foo");
        update.withObject("/spec").put("hostPort", "updated:2");
        update.withObject("/metadata")
                .set("resourceVersion", server.get(at("v1") + "/foo").body().at("/metadata/resourceVersion"));
        step("update", server.send("PUT", at("v2") + "/foo", "application/json", update.toString()));
        step("patch", server.send("PATCH", at("v2") + "/foo", MERGE, "{\"spec\":{\"hostPort\":\"patched:3\"}}"));
        step("patch status", server.send("PATCH", at("v2") + "/foo/status", MERGE, "{\"status\":{\"patched\":true}}"));
        step("apply", apply("foo"));
        step("apply, new", apply("applied"));
        step(
                "apply in v1",
                server.send(
                        "PATCH",
                        at("v1") + "/foo?fieldManager=one&force=true",
                        APPLY,
                        "{apiVersion: " + group + "/v1, kind: Gadget, metadata: {name: foo}, spec: {color: applied}}"));
        step("stored", server.get(at("v1")));
        step("delete", server.send("DELETE", at("v2") + "/foo", "", ""));
        step("delete, stored", server.get(at("v1") + "/foo"));
        step("delete collection", server.send("DELETE", at("v2"), "", ""));
        step("delete collection, stored", server.get(at("v1")));
    }

    private Answer apply(String name) {
        return server.send(
                "PATCH",
                at("v2") + "/" + name + "?fieldManager=app&force=true",
                APPLY,
                "{apiVersion: " + group + "/v2, kind: Gadget, metadata: {name: " + name
                        + "}, spec: {hostPort: 'applied:4'}}");
    }

    /** A webhook that was good and is no more. */
    private void warm() {
        eventually(() -> server.watch(at("v2") + "?watch=true&timeoutSeconds=1", 2), Answer::isGood);
        webhook.spoil(true);
        step("get", server.get(at("v2") + "/foo"));
        step("list", server.get(at("v2")));
        step("list from memory", server.get(at("v2") + "?resourceVersion=0"));
        step("watch", watch());
        long begin = System.nanoTime();
        CompletableFuture<Answer> open = CompletableFuture.supplyAsync(
                () -> server.watch(at("v2") + "?watch=true&timeoutSeconds=5", 9), Thread::startVirtualThread);
        LockSupport.parkNanos(500_000_000L);
        step("create in v1", server.create(at("v1"), object("v1", "later")));
        step("open watch", open.join());
        boolean early = System.nanoTime() - begin < 4_000_000_000L;
        outcomes.put("open watch ends early", YAML.getNodeFactory().booleanNode(early));
    }

    /** Another name of the kind lets a server forget what it has in memory; what can't be read is refused then. */
    private void forget() {
        boolean refuses = false;
        for (int attempt = 1; attempt < 6 && !refuses; attempt++) {
            String name = "gdg" + attempt;
            Answer changed = server.send(
                    "PATCH",
                    DEFINITIONS + "/gadgets." + group,
                    MERGE,
                    "{\"spec\":{\"names\":{\"shortNames\":[\"" + name + "\"]}}}");
            assertThat(changed.isGood()).as(changed.toString()).isTrue();
            eventually(
                    () -> server.get("/apis/" + group + "/v2"),
                    a -> a.body().toString().contains(name));
            LockSupport.parkNanos(forgets.toNanos());
            refuses = server.get(at("v2") + "/foo").isGood()
                    || server.get(at("v2")).code() == 429;
        }
    }

    /** A server that has not tried yet to read what is there does not know why it can't. */
    private Answer watch() {
        String path = at("v2") + "?watch=true&timeoutSeconds=1";
        long end = System.nanoTime() + PATIENCE_NANOS;
        Answer last = server.watch(path, 2);
        while (last.body().path("message").asText().equals("storage is (re)initializing") && System.nanoTime() < end) {
            LockSupport.parkNanos(50_000_000);
            last = server.watch(path, 2);
        }
        return last;
    }

    private void step(String name, Answer answer) {
        ObjectNode outcome = YAML.createObjectNode().put("code", answer.code());
        outcome.set("body", new Volatile(group, webhook.port()).without(answer.body()));
        outcomes.put(name, outcome);
    }

    private String at(String version) {
        return "/apis/" + group + "/" + version + "/namespaces/default/gadgets";
    }

    private ObjectNode object(String version, String name) {
        return yaml("""
                apiVersion: %s/%s
                kind: Gadget
                metadata: {name: %s, labels: {app: a}, annotations: {note: n}, finalizers: []}
                spec: %s
                """.formatted(
                        group, version, name, version.equals("v1") ? "{host: h, port: '1'}" : "{hostPort: 'h:1'}"));
    }

    // ---- the definition

    private void define() {
        ObjectNode definition = yaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: gadgets.%s}
                spec:
                  group: %s
                  scope: Namespaced
                  names: {plural: gadgets, kind: Gadget}
                  versions: []
                  conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1]}}
                """.formatted(group, group));
        definition.withArray("/spec/versions").add(version("v1", "host: {type: string}, port: {type: string}"));
        definition.withArray("/spec/versions").add(version("v2", "hostPort: {type: string}"));
        ObjectNode hook = definition.withObject("/spec/conversion/webhook");
        if (how.recipe().has("reviews")) {
            hook.set("conversionReviewVersions", how.recipe().path("reviews"));
        }
        ObjectNode client = hook.putObject("clientConfig");
        client.put("caBundle", webhook.caBundle());
        if (how.recipe().has("service")) {
            ObjectNode service = YAML.createObjectNode().put("namespace", "default");
            service.put("name", how.recipe().at("/service/name").asText()).put("port", webhook.port());
            client.set("service", service);
            if (how.recipe().at("/service").has("spec")) {
                service((ObjectNode) how.recipe().path("service"));
            }
        } else {
            client.put(
                    "url",
                    how.recipe()
                            .path("url")
                            .asText("https://127.0.0.1:PORT/convert")
                            .replace("PORT", "" + webhook.port()));
        }
        switch (how.recipe().path("tls").asText()) {
            case "other authority" ->
                client.put("caBundle", how.recipe().path("authority").asText());
            case "no authority" -> client.remove("caBundle");
            default -> {}
        }
        Answer made = server.create(DEFINITIONS, definition);
        assertThat(made.isGood()).as(made.toString()).isTrue();
        eventually(() -> server.get(at("v1")), Answer::isGood);
        eventually(() -> server.create(at("v1") + "?dryRun=All", object("v1", "foo")), Answer::isGood);
    }

    private void service(ObjectNode recipe) {
        String path = "/api/v1/namespaces/default/services";
        server.send("DELETE", path + "/" + recipe.path("name").asText(), "", "");
        ObjectNode service = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Service");
        service.putObject("metadata").put("name", recipe.path("name").asText());
        service.set("spec", recipe.path("spec").deepCopy());
        service.withArray("/spec/ports").addObject().put("port", webhook.port());
        Answer made = server.create(path, service);
        assertThat(made.isGood()).as(made.toString()).isTrue();
    }

    private static ObjectNode version(String name, String properties) {
        return yaml("""
                name: %s
                served: true
                storage: %s
                subresources: {status: {}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties: {%s, color: {type: string, default: %s}}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
                """.formatted(name, name.equals("v1"), properties, name));
    }

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void eventually(Supplier<Answer> question, Predicate<Answer> right) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Answer last = question.get();
        while (!right.test(last)) {
            assertThat(System.nanoTime()).as(last.toString()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
            last = question.get();
        }
    }
}
