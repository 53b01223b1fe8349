package io.kybern.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.WireDecoder;
import io.kybern.apiserver.wire.WireForm;
import io.kybern.apiserver.wire.WireType;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each kind's strategy makes of the objects that a real server was sent: defaults and server-set fields as recorded,
 * complaints with the recorded texts. Runs a strategy alone: no admission, no allocation of addresses, no ObjectMeta rules.
 */
class GoldenKindsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Topics of kinds whose strategies say everything themselves, with what the recording has from elsewhere. */
    private static final Map<String, Set<String>> TOPICS = Map.ofEntries(
            Map.entry("kinds-configmaps", Set.of()),
            Map.entry("kinds-secrets", Set.of()),
            Map.entry("kinds-endpoints", Set.of()),
            Map.entry("kinds-leases.coordination", Set.of()),
            Map.entry("kinds-roles.rbac", Set.of()),
            Map.entry("kinds-clusterroles.rbac", Set.of()),
            Map.entry("kinds-clusterrolebindings.rbac", Set.of()),
            Map.entry("kinds-ingresses.networking", Set.of()),
            Map.entry("kinds-networkpolicies.networking", Set.of()),
            Map.entry("kinds-ipaddresses.networking", Set.of()),
            Map.entry("kinds-persistentvolumes", Set.of("lastPhaseTransitionTime")),
            Map.entry("kinds-storageclasses.storage", Set.of()),
            Map.entry("kinds-csidrivers.storage", Set.of()),
            Map.entry("kinds-volumeattachments.storage", Set.of()),
            Map.entry("kinds-priorityclasses.scheduling", Set.of()),
            Map.entry("kinds-runtimeclasses.node", Set.of()),
            Map.entry("kinds-flowschemas.flowcontrol", Set.of()),
            Map.entry("kinds-validatingwebhookconfigurations.admissionregistration", Set.of()),
            Map.entry("kinds-validatingadmissionpolicies.admissionregistration", Set.of()),
            Map.entry("kinds-mutatingadmissionpolicies.admissionregistration", Set.of()),
            Map.entry("kinds-mutatingadmissionpolicybindings.admissionregistration", Set.of()),
            Map.entry("kinds-resourceclaims.resource", Set.of()),
            Map.entry("kinds-resourceslices.resource", Set.of()),
            Map.entry("kinds-deployments.apps", Set.of()),
            Map.entry("kinds-replicasets.apps", Set.of()),
            Map.entry("kinds-statefulsets.apps", Set.of()),
            Map.entry("kinds-resourcequotas", Set.of()),
            Map.entry("kinds-serviceaccounts", Set.of()),
            Map.entry("invalid-deployments", Set.of()),
            Map.entry("invalid-limitranges", Set.of()),
            Map.entry("invalid-resourcequotas", Set.of()),
            Map.entry("invalid-cronjobs", Set.of()),
            Map.entry("invalid-configmaps", Set.of()),
            Map.entry("invalid-secrets", Set.of()),
            Map.entry("invalid-endpointslices", Set.of()),
            Map.entry("invalid-leases", Set.of()),
            Map.entry("invalid-roles", Set.of()),
            Map.entry("invalid-ingresses", Set.of()),
            Map.entry("invalid-networkpolicies", Set.of()),
            Map.entry("invalid-persistentvolumes", Set.of()),
            Map.entry("invalid-storageclasses", Set.of()),
            Map.entry("invalid-certificatesigningrequests", Set.of()),
            Map.entry("invalid-validatingwebhookconfigurations", Set.of()));

    private record Sample(
            String topic, String step, GroupResource resource, JsonNode body, int code, JsonNode answer) {}

    static Stream<Arguments> samples() {
        return TOPICS.keySet().stream().sorted().flatMap(GoldenKindsTest::samples);
    }

    private static Stream<Arguments> samples(String topic) {
        Map<String, JsonNode> recorded = new HashMap<>();
        read("recorded", topic).forEach(step -> recorded.put(step.path("name").asText(), step));
        List<Arguments> out = new ArrayList<>();
        for (JsonNode step : read("scenarios", topic)) {
            String name = step.path("name").asText();
            JsonNode answer = recorded.getOrDefault(name, JSON.missingNode());
            int code = answer.path("code").asInt();
            boolean create = step.path("method").asText().equals("POST")
                    && step.path("body").isObject()
                    && answer.path("body").isObject()
                    && !step.path("path").asText().contains("Strict")
                    && !name.startsWith("setup");
            if (create && (code == 201 || code == 422) && !aboutMetadata(answer)) {
                GroupResource resource = resource(step.path("path").asText());
                out.add(Arguments.of(
                        topic + ": " + name,
                        new Sample(topic, name, resource, step.path("body"), code, answer.path("body"))));
            }
        }
        return out.stream();
    }

    /** Complaints about ObjectMeta and about expressions are not the strategy's. */
    private static boolean aboutMetadata(JsonNode answer) {
        String message = answer.path("body").path("message").asText();
        boolean annotations = message.contains("metadata.annotations[kubernetes.io/service-account.name]");
        return message.contains("metadata.") && !annotations
                || message.contains("compilation failed")
                || message.contains("must evaluate to");
    }

    private static JsonNode read(String kind, String topic) {
        try (InputStream in = GoldenKindsTest.class.getResourceAsStream("/golden/" + kind + "/" + topic + ".json")) {
            return JSON.readTree(in).path("steps");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GroupResource resource(String path) {
        List<String> parts = List.of(path.replaceFirst("\\?.*", "").substring(1).split("/"));
        return new GroupResource(parts.getFirst().equals("api") ? "" : parts.get(1), parts.getLast());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void treatsObjectsAsRecorded(String name, Sample sample) {
        Strategy strategy = new BuiltinStrategies().of(sample.resource());
        String kind = sample.body().path("kind").asText();
        GroupVersionKind version =
                GroupVersionKind.of(sample.body().path("apiVersion").asText(), kind);
        WireType type = WireTypes.builtin().ofKind(version).orElseThrow();
        ObjectNode object;
        try {
            object = WireForm.complete(WireDecoder.decode(sample.body(), type, new ArrayList<>()), type);
        } catch (DecodeException e) {
            throw new AssertionError("the recorded server decodes this: " + e.getMessage(), e);
        }
        strategy.applyDefaults(object);
        RequestContext context = new RequestContext(
                "",
                "admin",
                List.of("system:masters", "system:authenticated"),
                Map.of(),
                "",
                false,
                NOW,
                warning -> {});
        strategy.prepareForCreate(object, context);
        FieldErrors errors = new FieldErrors();
        strategy.validate(object, errors);
        if (sample.code() == 422) {
            List<String> expected = new ArrayList<>();
            sample.answer()
                    .path("details")
                    .path("causes")
                    .forEach(c -> expected.add(
                            c.path("field").asText() + ": " + c.path("message").asText()));
            assertThat(errors.list().stream().map(Object::toString).distinct().toList())
                    .containsExactlyInAnyOrderElementsOf(expected);
            return;
        }
        assertThat(errors.list()).isEmpty();
        strategy.canonicalize(object);
        ObjectNode printed = WireForm.printable(object, type);
        assertSame(printed, sample);
    }

    private static void assertSame(ObjectNode printed, Sample sample) {
        ObjectNode actual = printed.deepCopy();
        ObjectNode expected = sample.answer().deepCopy();
        for (ObjectNode tree : List.of(actual, expected)) {
            tree.remove(List.of("metadata", "kind", "apiVersion"));
            TOPICS.get(sample.topic())
                    .forEach(field -> tree.findParents(field).forEach(parent -> ((ObjectNode) parent).remove(field)));
        }
        assertThat(Trees.same(actual, expected))
                .as("want %s%n got %s", expected, actual)
                .isTrue();
    }
}
