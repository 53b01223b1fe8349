package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.definition.VersionOrder;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.Comparator;
import java.util.List;

/** Discovery of the group of some custom resources. */
final class CustomDiscovery {
    private CustomDiscovery() {}

    /** Versions of a group, best first: GA before beta before alpha, newer before older. */
    static List<String> versions(List<ResourceDefinition> definitions) {
        return definitions.stream()
                .flatMap(d -> d.versions().stream())
                .filter(ResourceDefinition.Version::served)
                .map(ResourceDefinition.Version::name)
                .distinct()
                .sorted(VersionOrder.BY_PRIORITY)
                .toList();
    }

    /** {@code APIResourceDiscovery} of a kind in one of its versions. */
    static ObjectNode resource(ResourceDefinition d, ResourceDefinition.Version v) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("resource", d.names().plural());
        out.set("responseKind", kind(d.kind(v)));
        out.put("scope", d.scope().text()).put("singularResource", d.names().singular());
        texts(out.putArray("verbs"), v.verbs());
        if (!d.names().shortNames().isEmpty()) {
            texts(out.putArray("shortNames"), d.names().shortNames());
        }
        if (!d.names().categories().isEmpty()) {
            texts(out.putArray("categories"), d.names().categories());
        }
        if (!v.subresources().isEmpty()) {
            ArrayNode subs = out.putArray("subresources");
            v.subresources().values().stream()
                    .sorted(Comparator.comparing(ResourceDefinition.Subresource::name)
                            .reversed())
                    .forEach(sub -> {
                        ObjectNode entry = subs.addObject().put("subresource", sub.name());
                        entry.set("responseKind", kind(sub.kind()));
                        texts(entry.putArray("verbs"), sub.verbs());
                    });
        }
        return out;
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    static ObjectNode group(String group, List<ResourceDefinition> definitions) {
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("name", group);
        ArrayNode list = out.putArray("versions");
        List<String> versions = versions(definitions);
        for (String version : versions) {
            list.addObject().put("groupVersion", group + "/" + version).put("version", version);
        }
        out.putObject("preferredVersion")
                .put("groupVersion", group + "/" + versions.getFirst())
                .put("version", versions.getFirst());
        return out;
    }

    /** {@code APIResourceList}; the definitions in the order in which it has them. */
    static ObjectNode resources(String groupVersion, String version, List<ResourceDefinition> definitions) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", groupVersion);
        ArrayNode list = out.putArray("resources");
        for (ResourceDefinition d : definitions) {
            d.version(version).filter(ResourceDefinition.Version::served).ifPresent(v -> legacy(d, v, list));
        }
        return out;
    }

    private static void legacy(ResourceDefinition d, ResourceDefinition.Version v, ArrayNode list) {
        ObjectNode entry = list.addObject();
        entry.put("name", d.names().plural()).put("singularName", d.names().singular());
        entry.put("namespaced", d.namespaced()).put("kind", d.names().kind());
        texts(entry.putArray("verbs"), v.verbs());
        if (!d.names().shortNames().isEmpty()) {
            texts(entry.putArray("shortNames"), d.names().shortNames());
        }
        if (!d.names().categories().isEmpty()) {
            texts(entry.putArray("categories"), d.names().categories());
        }
        if (!v.storageVersionHash().isEmpty()) {
            entry.put("storageVersionHash", v.storageVersionHash());
        }
        v.subresources().values().stream()
                .sorted(Comparator.comparing(ResourceDefinition.Subresource::name)
                        .reversed())
                .forEach(sub -> {
                    ObjectNode subEntry = list.addObject();
                    subEntry.put("name", d.names().plural() + "/" + sub.name()).put("singularName", "");
                    subEntry.put("namespaced", d.namespaced());
                    if (!sub.kind().group().equals(d.group())) {
                        subEntry.put("group", sub.kind().group())
                                .put("version", sub.kind().version());
                    }
                    subEntry.put("kind", sub.kind().kind());
                    texts(subEntry.putArray("verbs"), sub.verbs());
                });
    }

    private static void texts(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
