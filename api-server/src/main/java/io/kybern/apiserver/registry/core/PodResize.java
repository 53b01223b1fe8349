package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What {@code pods/resize} may change: resources and resize policies of containers, and the pod's resources. */
final class PodResize {
    private PodResize() {}

    /**
     * Takes everything else from the existing pod. Answers false, with nothing changed, when containers were added,
     * removed, renamed or moved: then validation says so.
     */
    static boolean keepAllButResources(ObjectNode updated, ObjectNode existing) {
        for (String list : List.of("containers", "initContainers")) {
            if (at(updated, "spec", list).size() != at(existing, "spec", list).size()) {
                return false;
            }
        }
        JsonNode podResources = at(updated, "spec", "resources");
        JsonNode containers = merged(updated, existing, "containers");
        JsonNode initContainers = merged(updated, existing, "initContainers");
        keep(updated, existing, "spec");
        ObjectNode spec = object(updated, "spec");
        set(spec, "resources", podResources);
        set(spec, "containers", containers);
        set(spec, "initContainers", initContainers);
        return true;
    }

    private static JsonNode merged(ObjectNode updated, ObjectNode existing, String list) {
        JsonNode wanted = at(updated, "spec", list);
        JsonNode result = at(existing, "spec", list).deepCopy();
        List<ObjectNode> old = objects(result);
        for (int i = 0; i < old.size(); i++) {
            JsonNode container = wanted.path(i);
            if (!text(container, "name").equals(text(old.get(i), "name"))) {
                return wanted;
            }
            set(old.get(i), "resources", container.path("resources"));
            set(old.get(i), "resizePolicy", container.path("resizePolicy"));
        }
        return result;
    }
}
