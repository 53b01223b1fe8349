package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.gadget;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.customresource.behaviour.Cluster.Answer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Definitions and objects that are made to keep a server busy, or to fill its memory: they are refused, or cost only who sends them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostileDefinitionsTest {
    private static final String ANY =
            "{type: object, properties: {field: {type: string}, list: {type: array, items: {type: string}}}}";
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ObjectNode withField(String group, ObjectNode field) {
        ObjectNode definition = definition(group, "Cluster", ANY);
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema/properties")).set("field", field);
        return definition;
    }

    private static String refusedPattern(String pattern) {
        ObjectNode field = Cluster.yaml("{type: string}").put("pattern", pattern);
        return cluster.create(DEFINITIONS, withField(cluster.newGroup(), field)).refused(422);
    }

    @Test
    void patternsThatExplodeAreRefused() {
        assertThat(refusedPattern("((a{1,100}){1,100}){1,100}"))
                .contains("must be a valid regular expression, but isn't: error parsing regexp:"
                        + " invalid repeat count: `{1,100}`");
        assertThat(refusedPattern("(a|b)?".repeat(50_000))).contains("error parsing regexp: expression too large");
        assertThat(refusedPattern("(".repeat(2_000) + "a" + ")".repeat(2_000)))
                .contains("error parsing regexp: expression nests too deeply");
    }

    @Test
    void patternsAreBoundedTogether() {
        ObjectNode properties = Cluster.yaml("{}");
        for (int i = 0; i < 2_000; i++) {
            properties.putObject("p" + i).put("type", "string").put("pattern", "x{1000}");
        }
        ObjectNode definition = definition(cluster.newGroup(), "Cluster", ANY);
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema")).set("properties", properties);
        assertThat(cluster.create(DEFINITIONS, definition).refused(422))
                .contains("Forbidden: the patterns of the schema are too large together");
    }

    @Test
    void schemasThatReferToThemselvesAreRefused() {
        ObjectNode field = Cluster.yaml("{$ref: '#/properties/field'}");
        assertThat(cluster.create(DEFINITIONS, withField(cluster.newGroup(), field))
                        .refused(422))
                .contains("properties[field].$ref: Forbidden: $ref is not supported");
    }

    @Test
    void nestingIsRefusedBeforeItIsRead() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        Answer answer = cluster.send("POST", DEFINITIONS, deep, Map.of("Content-Type", Cluster.JSON_TYPE));
        assertThat(answer.refused(400)).contains("exceeded max depth");
    }

    @Test
    void rulesThatCostTooMuchAreRefused() {
        ObjectNode field = Cluster.yaml("{type: array, items: {type: string}, x-kubernetes-validations:"
                + " [{rule: 'self.all(a, self.all(b, self.all(c, a.contains(b + c))))'}]}");
        assertThat(cluster.create(DEFINITIONS, withField(cluster.newGroup(), field))
                        .refused(422))
                .contains("estimated rule cost exceeds budget");
    }

    @Test
    void hugeEnumerationsAreLookedUp() {
        ObjectNode field = Cluster.yaml("{type: array, items: {type: string}}");
        ArrayNode allowed = field.withObject("/items").putArray("enum");
        ObjectNode object = gadget("g", "v1", "foo", "{}");
        ArrayNode items = object.putArray("field");
        for (int i = 0; i < 60_000; i++) {
            allowed.add("e" + i);
            items.add("e" + (59_999 - i));
        }
        String group = cluster.newGroup();
        cluster.define(withField(group, field));
        object.put("apiVersion", group + "/v1");
        cluster.create(path(group, "v1", ""), object).ok();
        items.removeAll();
        for (int i = 0; i < 1_000; i++) {
            items.add("other" + i);
        }
        assertThat(cluster.create(path(group, "v1", ""), object).refused(422)).contains("more errors than can be told");
    }

    private static ObjectNode manyItems(String group, String name, int items) {
        ObjectNode object = gadget(group, "v1", name, "{}");
        ArrayNode list = object.putArray("field");
        for (int i = 0; i < items; i++) {
            list.addObject();
        }
        return object;
    }

    private static ObjectNode itemsWithDefault(int characters) {
        ObjectNode field = Cluster.yaml("{type: array, items: {type: object, properties: {text: {type: string}}}}");
        if (characters > 0) {
            ((ObjectNode) field.at("/items/properties/text")).put("default", "x".repeat(characters));
        }
        return field;
    }

    @Test
    void defaultsThatMultiplyAreRefused() {
        String group = cluster.newGroup();
        cluster.define(withField(group, itemsWithDefault(600_000)));
        ObjectNode two = cluster.create(path(group, "v1", ""), manyItems(group, "two", 2))
                .ok();
        assertThat(two.at("/field/1/text").asText()).hasSize(600_000);
        assertThat(cluster.create(path(group, "v1", ""), manyItems(group, "many", 500_000))
                        .refused(413))
                .contains("the defaults of the object take more than 3145728 bytes");
        assertThat(cluster.apply(
                                path(group, "v1", "") + "/many",
                                "m",
                                manyItems(group, "many", 500_000).toString())
                        .code())
                .isEqualTo(413);
    }

    @Test
    void defaultsThatComeLaterKeepNothingFromBeingRead() {
        String group = cluster.newGroup();
        cluster.define(withField(group, itemsWithDefault(0)));
        cluster.create(path(group, "v1", ""), manyItems(group, "many", 200_000)).ok();
        cluster.create(path(group, "v1", ""), manyItems(group, "one", 1)).ok();
        cluster.redefine(
                        Gadgets.name(group),
                        d -> ((ObjectNode) d.at("/spec/versions/0/schema/openAPIV3Schema/properties"))
                                .set("field", itemsWithDefault(1_000)))
                .ok();
        Answer one = Cluster.eventually(
                () -> cluster.get(path(group, "v1", "") + "/one"),
                answer -> answer.at("/field/0/text").asText().length() == 1_000);
        assertThat(one.code()).isEqualTo(200);
        Answer all = cluster.get(path(group, "v1", ""));
        assertThat(all.at("/items")).hasSize(2);
        assertThat(all.at("/items/0/field"))
                .as("as it is stored")
                .hasSize(200_000)
                .allMatch(item -> item.isEmpty());
    }

    @Test
    void schemasOfTensOfThousandsOfPropertiesAreServed() {
        ObjectNode properties = Cluster.yaml("{}");
        for (int i = 0; i < 30_000; i++) {
            properties.putObject("p" + i).put("type", "string");
        }
        String group = cluster.newGroup();
        ObjectNode definition = definition(group, "Cluster", ANY);
        ((ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema")).set("properties", properties);
        cluster.define(definition);
        ObjectNode object = gadget(group, "v1", "foo", "{}");
        properties.fieldNames().forEachRemaining(name -> object.put(name, "x"));
        assertThat(cluster.create(path(group, "v1", ""), object)
                        .ok()
                        .path("p29999")
                        .asText())
                .isEqualTo("x");
        object.withObject("/metadata").put("name", "bar");
        properties.fieldNames().forEachRemaining(name -> object.put(name, 1));
        assertThat(cluster.create(path(group, "v1", ""), object).refused(422))
                .contains("p29999: Invalid value: \"integer\": p29999 in body must be of type string");
    }

    /**
     * Twice as many long matches as there are processors, again and again. If each held one until it is done, every step of another
     * request would wait for one of them to end: as many matches would end as there are rounds of requests, and more.
     */
    @Test
    void othersAreServedWhileLongTextsAreMatched() {
        ObjectNode field = Cluster.yaml("{type: string}").put("pattern", "(a?b?){40}(b?a?){40}z$");
        String hostile = cluster.newGroup();
        cluster.define(withField(hostile, field));
        String other = cluster.newGroup();
        cluster.define(definition(other, "Cluster", ANY));
        ObjectNode object = gadget(hostile, "v1", "foo", "{}").put("field", "ab".repeat(150_000));
        AtomicInteger matched = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<?>[] attack =
                new CompletableFuture<?>[2 * Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < attack.length; i++) {
            attack[i] = CompletableFuture.runAsync(
                    () -> {
                        while (!enough.get()) {
                            cluster.create(path(hostile, "v1", ""), object).refused(422);
                            matched.incrementAndGet();
                        }
                    },
                    task -> Thread.ofPlatform().start(task));
        }
        int rounds = 0;
        try {
            while (rounds < 2 * attack.length) {
                cluster.create(path(other, "v1", ""), gadget(other, "v1", "n" + rounds, "{field: x}"))
                        .ok();
                cluster.get(path(other, "v1", "") + "/n" + rounds).ok();
                rounds++;
            }
            assertThat(matched.get())
                    .as("matches in %s rounds of requests", rounds)
                    .isLessThan(rounds);
        } finally {
            enough.set(true);
        }
        CompletableFuture.allOf(attack).join();
    }
}
