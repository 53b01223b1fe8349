package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;

/**
 * CustomResourceDefinitions as the original stores them: in {@code v1beta1}, where what all versions have in common stands once,
 * above them. Source: {@code apiextensions/v1beta1/conversion.go}, and what a server writes.
 */
final class StoredDefinitions {
    static final GroupVersionKind V1 = new GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition");

    static final GroupVersionKind BETA =
            new GroupVersionKind("apiextensions.k8s.io", "v1beta1", "CustomResourceDefinition");

    /** Where it stands in common, and where for each version. */
    private static final Map<String, String> IN_COMMON = Map.of(
            "validation", "schema",
            "subresources", "subresources",
            "additionalPrinterColumns", "additionalPrinterColumns",
            "selectableFields", "selectableFields");

    private StoredDefinitions() {}

    /** How many bytes the original stores of the JSON of a {@code v1}: what all versions have alike stands once. */
    static long sizeInOriginal(byte[] json) {
        ObjectNode definition = JsonTree.parseStored(json);
        List<ObjectNode> versions = Trees.objects(definition.path("spec").path("versions"));
        definition.put("apiVersion", BETA.apiVersion());
        if (definition.get("spec") instanceof ObjectNode spec && !versions.isEmpty()) {
            spec.put("version", versions.getFirst().path("name").asText()).put("preserveUnknownFields", false);
            IN_COMMON.forEach((common, own) -> hoist(spec, versions, common, own));
        }
        return JsonWriter.bytes(definition).length + 1L;
    }

    private static void hoist(ObjectNode spec, List<ObjectNode> versions, String common, String own) {
        JsonNode first = versions.getFirst().get(own);
        if (first != null && versions.stream().allMatch(version -> first.equals(version.get(own)))) {
            versions.forEach(version -> version.remove(own));
            spec.set(common, first);
        }
    }

    /** Makes a {@code v1} of it, in place. */
    static void toV1(ObjectNode definition) {
        definition.put("apiVersion", "apiextensions.k8s.io/v1");
        if (!(definition.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        if (!spec.has("versions") && spec.has("version")) {
            spec.putArray("versions")
                    .addObject()
                    .put("name", spec.path("version").asText())
                    .put("served", true)
                    .put("storage", true);
        }
        spec.remove("version");
        IN_COMMON.forEach((common, own) -> {
            JsonNode shared = spec.remove(common);
            for (ObjectNode version : Trees.objects(spec.path("versions"))) {
                if (shared != null && !version.has(own)) {
                    version.set(own, shared.deepCopy());
                }
            }
        });
        for (ObjectNode version : Trees.objects(spec.path("versions"))) {
            for (ObjectNode column : Trees.objects(version.path("additionalPrinterColumns"))) {
                rename(column, "JSONPath", "jsonPath");
            }
        }
        if (!spec.path("preserveUnknownFields").asBoolean()) {
            spec.remove("preserveUnknownFields");
        }
        if (spec.get("conversion") instanceof ObjectNode conversion) {
            webhook(conversion);
        }
    }

    private static void webhook(ObjectNode conversion) {
        JsonNode client = conversion.remove("webhookClientConfig");
        JsonNode versions = conversion.remove("conversionReviewVersions");
        if (client != null || versions != null) {
            ObjectNode webhook = conversion.putObject("webhook");
            if (client != null) {
                webhook.set("clientConfig", client);
            }
            if (versions != null) {
                webhook.set("conversionReviewVersions", versions);
            }
        }
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
