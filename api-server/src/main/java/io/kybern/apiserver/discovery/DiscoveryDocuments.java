package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.aggregation.RemoteService;
import io.kybern.apiserver.aggregation.RemoteServices;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The discovery documents of what is served now, legacy and aggregated. Built-in groups are the published documents, in
 * their order; groups of custom resources come after them, by name.
 */
public final class DiscoveryDocuments {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode aggregated;
    private final Supplier<JsonNode> legacy;
    private final ResourceRegistry registry;
    private final RemoteServices remotes;
    private volatile @Nullable Aggregated current;

    /** The aggregated documents of what was served while {@code definitions} held. */
    private record Aggregated(
            List<ResourceDefinition> definitions, AggregatedDocument core, AggregatedDocument groups) {}

    /** @param aggregated and {@code legacy} documents of the built-in groups */
    public DiscoveryDocuments(
            JsonNode aggregated, Supplier<JsonNode> legacy, ResourceRegistry registry, RemoteServices remotes) {
        this.remotes = remotes;
        this.aggregated = aggregated;
        this.legacy = legacy;
        this.registry = registry;
    }

    /** {@code APIGroupDiscoveryList} of {@code api} or {@code apis}; made again only when other kinds are served. */
    AggregatedDocument aggregated(String root) {
        List<ResourceDefinition> definitions = registry.definitions();
        Aggregated known = current;
        if (known == null || known.definitions() != definitions) {
            known = new Aggregated(
                    definitions, new AggregatedDocument(list("api")), new AggregatedDocument(list("apis")));
            current = known;
        }
        return root.equals("api") ? known.core() : known.groups();
    }

    private ObjectNode list(String root) {
        ObjectNode list = NODES.objectNode();
        list.put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        aggregated.path(root).path("items").forEach(group -> items.add(current(group)));
        if (root.equals("apis")) {
            customGroups().forEach((group, definitions) -> items.add(CustomDiscovery.aggregated(group, definitions)));
        }
        return list;
    }

    private static JsonNode current(JsonNode group) {
        ObjectNode copy = group.deepCopy();
        copy.path("versions").forEach(v -> ((ObjectNode) v).put("freshness", "Current"));
        return copy;
    }

    /** {@code APIVersions}: what {@code /api} answers. */
    public ObjectNode versions(String serverAddress) {
        ObjectNode out = NODES.objectNode();
        out.put("kind", "APIVersions");
        out.putArray("versions").add("v1");
        out.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return out;
    }

    /** {@code APIGroupList}: what {@code /apis} answers. */
    public ObjectNode groups() {
        ObjectNode out = NODES.objectNode();
        out.put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = out.putArray("groups");
        legacy.get().path("groups").path("groups").forEach(groups::add);
        customGroups().forEach((group, definitions) -> groups.add(CustomDiscovery.group(group, definitions)));
        remoteGroups().forEach((group, versions) -> groups.add(remoteGroup(group, versions)));
        return out;
    }

    /** Whether a group has built-in kinds. */
    public boolean isBuiltIn(String group) {
        return registry.definitions().stream()
                .anyMatch(d -> !d.custom() && d.group().equals(group));
    }

    /** {@code APIGroup}. */
    public Optional<ObjectNode> group(String name) {
        for (JsonNode group : groups().path("groups")) {
            if (group.path("name").asText().equals(name)) {
                ObjectNode out = NODES.objectNode();
                out.put("kind", "APIGroup").put("apiVersion", "v1");
                out.setAll((ObjectNode) group);
                return Optional.of(out);
            }
        }
        return Optional.empty();
    }

    /** {@code APIResourceList} of {@code v1} or {@code group/version}. */
    public Optional<ObjectNode> resources(String group, String version) {
        String groupVersion = group.isEmpty() ? version : group + "/" + version;
        JsonNode builtin = legacy.get().path("resources").path(groupVersion);
        if (builtin instanceof ObjectNode list) {
            return Optional.of(list);
        }
        List<ResourceDefinition> definitions = customGroups().getOrDefault(group, List.of());
        boolean served = definitions.stream()
                .anyMatch(d -> d.version(version)
                        .filter(ResourceDefinition.Version::served)
                        .isPresent());
        return served ? Optional.of(CustomDiscovery.resources(groupVersion, version, definitions)) : Optional.empty();
    }

    /** The paths of all groups and versions. */
    Collection<String> paths() {
        List<String> out = new ArrayList<>(List.of("/api", "/api/v1", "/apis", "/apis/"));
        for (JsonNode group : groups().path("groups")) {
            out.add("/apis/" + group.path("name").asText());
            group.path("versions")
                    .forEach(v -> out.add("/apis/" + v.path("groupVersion").asText()));
        }
        return out;
    }

    /** Groups that are served by others alone, with their versions. */
    private Map<String, List<String>> remoteGroups() {
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (RemoteService remote : remotes.all()) {
            if (registry.definitions().stream().noneMatch(d -> d.group().equals(remote.group()))) {
                out.computeIfAbsent(remote.group(), g -> new ArrayList<>()).add(remote.version());
            }
        }
        return out;
    }

    private static ObjectNode remoteGroup(String group, List<String> versions) {
        ObjectNode out = NODES.objectNode().put("name", group);
        ArrayNode list = out.putArray("versions");
        versions.forEach(version ->
                list.addObject().put("groupVersion", group + "/" + version).put("version", version));
        out.set("preferredVersion", list.get(0));
        return out;
    }

    private Map<String, List<ResourceDefinition>> customGroups() {
        Map<String, List<ResourceDefinition>> out = new LinkedHashMap<>();
        registry.byGroup().forEach((group, definitions) -> {
            List<ResourceDefinition> custom =
                    definitions.stream().filter(ResourceDefinition::custom).toList();
            if (!custom.isEmpty()) {
                out.put(group, custom);
            }
        });
        return out;
    }
}
