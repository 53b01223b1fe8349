package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.value.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives new pods the overhead and the scheduling of their RuntimeClass, which must be there.
 *
 * <p>Source: {@code plugin/pkg/admission/runtimeclass}, KEP-585.
 */
public final class RuntimeClassPlugin implements AdmissionPlugin {
    private static final GroupResource CLASSES = new GroupResource("node.k8s.io", "runtimeclasses");
    private static final String NO_MATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

    private final ObjectReader objects;

    public RuntimeClassPlugin(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "RuntimeClass";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.creates("pods");
    }

    @Override
    public void admit(AdmissionRequest request) {
        ObjectNode pod = request.object().orElseThrow();
        Optional<ObjectNode> runtime = runtime(pod, request);
        if (runtime.isEmpty()) {
            return;
        }
        ObjectNode spec = object(pod, "spec");
        JsonNode overhead = runtime.get().path("overhead").path("podFixed");
        if (runtime.get().path("overhead").isObject()) {
            if (spec.path("overhead").isObject() && !same(spec.path("overhead"), overhead)) {
                throw ApiException.forbidden(request.resource(), request.name(), NO_MATCH);
            }
            if (overhead.isObject()) {
                spec.set("overhead", overhead.deepCopy());
            }
        }
        JsonNode scheduling = runtime.get().path("scheduling");
        if (scheduling.isObject()) {
            schedule(spec, scheduling, request);
        }
    }

    private Optional<ObjectNode> runtime(ObjectNode pod, AdmissionRequest request) {
        String name = text(pod, "spec", "runtimeClassName");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectNode> found = objects.get(CLASSES, "", name);
        if (found.isEmpty()) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "pod rejected: RuntimeClass " + FieldErrors.quote(name) + " not found");
        }
        return found;
    }

    private static void schedule(ObjectNode spec, JsonNode scheduling, AdmissionRequest request) {
        for (Map.Entry<String, JsonNode> wanted :
                scheduling.path("nodeSelector").properties()) {
            String key = wanted.getKey();
            String value = wanted.getValue().asText();
            ObjectNode selector = object(spec, "nodeSelector");
            if (selector.has(key) && !selector.path(key).asText().equals(value)) {
                throw ApiException.forbidden(
                        request.resource(),
                        request.name(),
                        "conflict: runtimeClass.scheduling.nodeSelector[" + key + "] = " + value
                                + "; pod.spec.nodeSelector[" + key + "] = "
                                + selector.path(key).asText());
            }
            selector.put(key, value);
        }
        if (!scheduling.path("tolerations").isEmpty()) {
            spec.set("tolerations", merged(spec.path("tolerations"), scheduling.path("tolerations")));
        }
    }

    /** All of both, but for those that another one includes. */
    private static ArrayNode merged(JsonNode first, JsonNode second) {
        List<JsonNode> all = new ArrayList<>();
        first.forEach(all::add);
        second.forEach(all::add);
        List<JsonNode> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            JsonNode one = all.get(i);
            boolean redundant = kept.stream().anyMatch(other -> includes(other, one))
                    || all.subList(i + 1, all.size()).stream()
                            .anyMatch(other -> !other.equals(one) && includes(other, one));
            if (!redundant) {
                kept.add(one);
            }
        }
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        kept.forEach(toleration -> out.add(toleration.deepCopy()));
        return out;
    }

    private static boolean includes(JsonNode wide, JsonNode narrow) {
        if (wide.equals(narrow)) {
            return true;
        }
        boolean exists = text(wide, "operator").equals("Exists");
        boolean anyKey = text(wide, "key").isEmpty() && exists;
        if (!anyKey && !text(wide, "key").equals(text(narrow, "key"))) {
            return false;
        }
        if (!text(wide, "effect").isEmpty() && !text(wide, "effect").equals(text(narrow, "effect"))) {
            return false;
        }
        boolean shorter = text(wide, "effect").equals("NoExecute")
                && wide.has("tolerationSeconds")
                && (!narrow.has("tolerationSeconds")
                        || narrow.path("tolerationSeconds").asLong()
                                > wide.path("tolerationSeconds").asLong());
        if (shorter) {
            return false;
        }
        String operator = text(wide, "operator");
        return exists
                || (operator.isEmpty() || operator.equals("Equal"))
                        && text(narrow, "operator").equals("Equal")
                        && text(wide, "value").equals(text(narrow, "value"));
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode pod = request.object().orElseThrow();
        Optional<ObjectNode> runtime = runtime(pod, request);
        JsonNode overhead = pod.path("spec").path("overhead");
        if (runtime.isPresent() && runtime.get().path("overhead").isObject()) {
            if (!same(overhead, runtime.get().path("overhead").path("podFixed"))) {
                throw ApiException.forbidden(request.resource(), request.name(), NO_MATCH);
            }
        } else if (!overhead.isEmpty()) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return amounts(one).equals(amounts(other));
    }

    private static Map<String, String> amounts(JsonNode list) {
        Map<String, String> out = new HashMap<>();
        list.properties()
                .forEach(
                        e -> out.put(e.getKey(), Quantity.canonical(e.getValue().asText())));
        return out;
    }
}
