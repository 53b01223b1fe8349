package io.kybern.apiserver.admission.limitrange;

import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import java.util.stream.Collectors;

/** Gives containers the requests and limits that a namespace's LimitRanges have for them, and keeps pods and claims within. */
public final class LimitRanger implements AdmissionPlugin {
    private static final GroupResource LIMIT_RANGES = new GroupResource("", "limitranges");
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final ObjectReader objects;

    public LimitRanger(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "LimitRanger";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        if (request.object().isEmpty()
                || request.oldObject()
                        .filter(o -> has(o, "metadata", "deletionTimestamp"))
                        .isPresent()) {
            return false;
        }
        return switch (request.operation()) {
            case CREATE -> request.isCore("pods", "") || request.isCore("persistentvolumeclaims", "");
            case UPDATE -> request.isCore("pods", "resize") || request.isCore("persistentvolumeclaims", "");
            case DELETE, CONNECT -> false;
        };
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.resource().resource().equals("pods")) {
            return;
        }
        ObjectNode pod = request.object().orElseThrow();
        for (ObjectNode range : objects.list(LIMIT_RANGES, request.namespace())) {
            List<String> set = LimitDefaults.apply(range, object(pod, "spec"));
            if (!set.isEmpty()) {
                object(object(pod, "metadata"), "annotations")
                        .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
            }
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean pod = request.resource().resource().equals("pods");
        ObjectNode object = request.object().orElseThrow();
        for (ObjectNode range : objects.list(LIMIT_RANGES, request.namespace())) {
            List<String> offences = pod ? LimitRules.ofPod(range, object) : LimitRules.ofClaim(range, object);
            if (!offences.isEmpty()) {
                throw ApiException.forbidden(request.resource(), request.name(), aggregate(offences));
            }
        }
    }

    private static String aggregate(List<String> texts) {
        List<String> distinct = texts.stream().distinct().toList();
        return distinct.size() == 1
                ? distinct.getFirst()
                : distinct.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
