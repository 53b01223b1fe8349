package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.schema.Schema;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is in the fields of a struct upstream that nobody wrote. Those are there that are structs themselves (their schema has
 * the default {@code {}}) and those that are required; the others are pointers, or are left out if they are empty.
 *
 * <pre>
 * Pod.spec                {}      its default is the struct itself
 * Container.name          ""      required
 * PodSpec.containers      null    required
 * PodSpec.nodeName        none
 * </pre>
 */
final class ZeroValues {
    /** Lists that structs upstream have even if empty, though their published schemas don't require them. */
    private static final Set<String> EVEN_IF_EMPTY = Set.of(
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus.conditions",
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus.storedVersions",
            "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus.currentMetrics",
            "io.k8s.api.core.v1.ContainerImage.names",
            "io.k8s.api.core.v1.ProjectedVolumeSource.sources",
            "io.k8s.api.discovery.v1.EndpointSlice.endpoints",
            "io.k8s.api.discovery.v1.EndpointSlice.ports",
            "io.k8s.api.rbac.v1.ClusterRole.rules",
            "io.k8s.api.rbac.v1.Role.rules",
            "io.k8s.api.resource.v1.AllocatedDeviceStatus.conditions",
            "io.k8s.api.resource.v1.DeviceClaim.requests",
            "io.k8s.api.storage.v1.CSINodeDriver.topologyKeys");

    /** Lists and maps that structs upstream leave out if empty, though their published schemas require them. */
    private static final Set<String> LEFT_OUT_IF_EMPTY = Set.of(
            "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec.validationActions",
            "io.k8s.api.resource.v1.CounterSet.counters",
            "io.k8s.api.resource.v1.DeviceCounterConsumption.counters");

    private ZeroValues() {}

    /** The value of a field that is not set; null if it is left out then. */
    static @Nullable JsonNode of(Schema struct, String field) {
        Schema type = struct.property(field);
        Optional<JsonNode> unset = type.defaultValue().filter(ZeroValues::isZero);
        String name = struct.name() + "." + field;
        boolean there =
                struct.required().contains(field) ? !LEFT_OUT_IF_EMPTY.contains(name) : EVEN_IF_EMPTY.contains(name);
        return unset.isPresent() ? unset.get() : there ? zero(type) : null;
    }

    /** Whether a default is just what an unset field of a struct is: then the field is always there. */
    private static boolean isZero(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> node.isEmpty();
            case STRING -> node.textValue().isEmpty();
            case NUMBER -> node.doubleValue() == 0;
            case BOOLEAN -> !node.booleanValue();
            default -> false;
        };
    }

    /** What a required field of a struct is when unset. Objects are pointers that are then left out. */
    private static @Nullable JsonNode zero(Schema type) {
        return switch (type.type()) {
            case "string" -> TextNode.valueOf("");
            case "integer", "number" -> IntNode.valueOf(0);
            case "boolean" -> BooleanNode.FALSE;
            case "array" -> NullNode.instance;
            default -> type.values().declared() ? NullNode.instance : null;
        };
    }
}
