package io.kybern.apiserver.admission.podsecurity;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A pod, or the template of one, as the checks look at it. */
record SecuredPod(JsonNode metadata, JsonNode spec) {
    /** All containers: init, regular, ephemeral ones. */
    List<ObjectNode> containers() {
        List<ObjectNode> all = new ArrayList<>(objects(spec.path("initContainers")));
        all.addAll(objects(spec.path("containers")));
        all.addAll(objects(spec.path("ephemeralContainers")));
        return all;
    }

    JsonNode context() {
        return spec.path("securityContext");
    }

    static JsonNode context(JsonNode container) {
        return container.path("securityContext");
    }

    static String name(JsonNode container) {
        return text(container, "name");
    }

    /** Linux settings say nothing about such a pod. */
    boolean isWindows() {
        return text(spec, "os", "name").equals("windows");
    }

    /** Its root is not the node's. Source: KEP-127. */
    boolean hasUserNamespace() {
        return spec.has("hostUsers") && !spec.get("hostUsers").asBoolean();
    }
}
