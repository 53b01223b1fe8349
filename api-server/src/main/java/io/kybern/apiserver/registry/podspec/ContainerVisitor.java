package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import java.util.function.BiConsumer;

/** Walks over all containers of a pod spec in the order of the original: init, regular, ephemeral ones. */
public final class ContainerVisitor {
    static final List<String> ALL = List.of("initContainers", "containers", "ephemeralContainers");

    private ContainerVisitor() {}

    public static void visit(JsonNode spec, FieldPath path, BiConsumer<ObjectNode, FieldPath> visitor) {
        for (String list : ALL) {
            List<ObjectNode> containers = objects(spec.path(list));
            for (int i = 0; i < containers.size(); i++) {
                visitor.accept(containers.get(i), path.child(list).index(i));
            }
        }
    }
}
