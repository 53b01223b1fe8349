package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.resource.GroupResource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Gives a new pod the priority of its class, and keeps the default class single. */
public final class Priority implements AdmissionPlugin {
    private static final GroupResource CLASSES = new GroupResource("scheduling.k8s.io", "priorityclasses");
    private static final String DEFAULT_PREEMPTION = "PreemptLowerPriority";
    /** The system's classes, which pods may name before they are stored. */
    private static final Map<String, Long> SYSTEM =
            Map.of("system-node-critical", 2_000_001_000L, "system-cluster-critical", 2_000_000_000L);

    private final ObjectReader objects;

    public Priority(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "Priority";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        boolean write = request.operation() == AdmissionRequest.Operation.CREATE
                || request.operation() == AdmissionRequest.Operation.UPDATE;
        return write
                && (request.isCore("pods", "") || isClass(request))
                && request.object().isPresent();
    }

    private static boolean isClass(AdmissionRequest request) {
        return request.resource().equals(CLASSES) && request.subresource().isEmpty();
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (request.operation() != AdmissionRequest.Operation.CREATE || isClass(request)) {
            return;
        }
        ObjectNode spec = object(request.object().orElseThrow(), "spec");
        ObjectNode chosen = chosen(request, spec);
        long priority = number(chosen, "value");
        if (spec.has("priority") && number(spec, "priority") != priority) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "the integer value of priority (" + number(spec, "priority")
                            + ") must not be provided in pod spec; priority admission controller computed " + priority
                            + " from the given PriorityClass name");
        }
        spec.put("priority", priority);
        String preemption = text(chosen, "preemptionPolicy");
        String wanted = text(spec, "preemptionPolicy");
        if (!wanted.isEmpty() && !wanted.equals(preemption)) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "the string value of PreemptionPolicy (" + wanted
                            + ") must not be provided in pod spec; priority admission controller computed "
                            + preemption + " from the given PriorityClass name");
        }
        spec.put("preemptionPolicy", preemption);
    }

    /** The class that a pod names, or the default one, whose name the pod then gets; or priority 0. */
    private ObjectNode chosen(AdmissionRequest request, ObjectNode spec) {
        String name = text(spec, "priorityClassName");
        if (!name.isEmpty()) {
            return objects.get(CLASSES, "", name)
                    .or(() -> Optional.ofNullable(SYSTEM.get(name)).map(Priority::plain))
                    .orElseThrow(() -> ApiException.forbidden(
                            request.resource(), request.name(), "no PriorityClass with name " + name + " was found"));
        }
        Optional<ObjectNode> fallback = objects.list(CLASSES, "").stream()
                .filter(c -> flag(c, "globalDefault"))
                .min(Comparator.comparingLong(c -> number(c, "value")));
        fallback.ifPresent(c -> spec.put("priorityClassName", text(c, "metadata", "name")));
        return fallback.orElseGet(() -> plain(0));
    }

    private static ObjectNode plain(long value) {
        return JsonNodeFactory.instance.objectNode().put("value", value).put("preemptionPolicy", DEFAULT_PREEMPTION);
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!isClass(request) || !flag(request.object().orElseThrow(), "globalDefault")) {
            return;
        }
        for (ObjectNode other : objects.list(CLASSES, "")) {
            String name = text(other, "metadata", "name");
            if (flag(other, "globalDefault") && !name.equals(request.name())) {
                throw ApiException.forbidden(
                        request.resource(),
                        request.name(),
                        "PriorityClass " + name + " is already marked as default. Only one default can exist");
            }
        }
    }
}
