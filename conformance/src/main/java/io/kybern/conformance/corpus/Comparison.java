package io.kybern.conformance.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.corpus.Definitions.Definition;
import io.kybern.conformance.process.JsonClient;
import io.kybern.conformance.process.JsonClient.Answer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gives definitions, and objects made by their schemas, to two servers, and tells where they answer differently. */
final class Comparison {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int MESSAGE = 600;

    private final JsonClient original;
    private final JsonClient ours;
    private final PrintStream out;
    private final int samples;
    private int accepted;
    private int objects;
    private int valid;
    private final List<String> differences = new ArrayList<>();

    Comparison(JsonClient original, JsonClient ours, int samples, PrintStream out) {
        this.original = original;
        this.ours = ours;
        this.samples = samples;
        this.out = out;
    }

    private interface Question {
        Answer to(JsonClient server);
    }

    void run(List<Definition> definitions) throws InterruptedException {
        for (Definition definition : definitions) {
            int before = differences.size();
            int sent = objects;
            define(definition);
            out.printf(
                    "%-28s %-60s %7d bytes %4d objects %3d differences%n",
                    definition.project(),
                    definition.name(),
                    definition.tree().toString().length(),
                    objects - sent,
                    differences.size() - before);
            differences.subList(before, differences.size()).forEach(out::println);
        }
        out.printf(
                "%d definitions, %d accepted by both; %d objects, %d accepted by both; %d differences%n",
                definitions.size(), accepted, objects, valid, differences.size());
    }

    private void define(Definition definition) throws InterruptedException {
        String path = DEFINITIONS + "/" + definition.name();
        boolean both = same(
                definition.name() + " created",
                s -> s.ask("POST", DEFINITIONS, definition.tree().toString()));
        if (both) {
            accepted++;
            if (established(original, path) & established(ours, path)) {
                same(definition.name() + " stored", s -> s.get(path));
                for (JsonNode version : definition.tree().at("/spec/versions")) {
                    if (version.path("storage").asBoolean()
                            && version.path("served").asBoolean()) {
                        objects(definition, version);
                    }
                }
            } else {
                same(definition.name() + " established", s -> s.get(path));
            }
        }
        for (JsonClient server : List.of(original, ours)) {
            server.ask("DELETE", path, "");
            await(() -> server.get(path).code() == 404);
        }
    }

    private boolean established(JsonClient server, String path) throws InterruptedException {
        return await(() -> isEstablished(server.get(path).body())) && served(server, path);
    }

    private static boolean isEstablished(JsonNode definition) {
        for (JsonNode condition : definition.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Established")
                    && condition.path("status").asText().equals("True")) {
                return true;
            }
        }
        return false;
    }

    /** The original serves a kind only a moment after it says so. */
    private static boolean served(JsonClient server, String path) throws InterruptedException {
        JsonNode definition = server.get(path).body();
        for (JsonNode version : definition.at("/spec/versions")) {
            String all = "/apis/" + definition.at("/spec/group").asText() + "/"
                    + version.path("name").asText() + "/"
                    + definition.at("/spec/names/plural").asText();
            if (version.path("storage").asBoolean()) {
                await(() -> server.get(all).code() == 200);
            }
        }
        return true;
    }

    private interface Condition {
        boolean holds();
    }

    /** Asks again and again, for a while: neither server tells when it is done. */
    private static boolean await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private void objects(Definition definition, JsonNode version) {
        JsonNode spec = definition.tree().path("spec");
        boolean namespaced = spec.path("scope").asText().equals("Namespaced");
        String apiVersion =
                spec.path("group").asText() + "/" + version.path("name").asText();
        String all = "/apis/" + apiVersion + (namespaced ? "/namespaces/default/" : "/")
                + spec.at("/names/plural").asText() + "?dryRun=All";
        ObjectNode head = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        head.put("apiVersion", apiVersion).put("kind", spec.at("/names/kind").asText());
        head.putObject("metadata").put("name", "sample");
        Map<String, ObjectNode> made = new SampleObjects(head, version.at("/schema/openAPIV3Schema"), samples).all();
        for (Map.Entry<String, ObjectNode> object : made.entrySet()) {
            objects++;
            if (same(
                    definition.name() + " " + object.getKey(),
                    s -> s.ask("POST", all, object.getValue().toString()))) {
                valid++;
            }
        }
    }

    /** Whether both say yes; a difference of any kind is noted. */
    private boolean same(String what, Question question) {
        Answer one = question.to(original);
        Answer other = question.to(ours);
        JsonNode left = Steady.of(one.body());
        JsonNode right = Steady.of(other.body());
        if (one.code() != other.code() || !left.equals(right)) {
            differences.add(
                    what + "\n    original " + shown(one, left, right) + "\n    ours     " + shown(other, right, left));
        }
        return one.code() < 300 && other.code() < 300;
    }

    private static String shown(Answer answer, JsonNode tree, JsonNode other) {
        String text = answer.code() < 300
                ? Steady.firstDifference(tree, other, "")
                : answer.body().path("message").asText();
        return answer.code() + " " + (text.length() > MESSAGE ? text.substring(0, MESSAGE) + " …" : text);
    }
}
