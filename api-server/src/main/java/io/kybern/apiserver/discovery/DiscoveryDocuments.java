package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.aggregation.RemoteService;
import io.kybern.apiserver.aggregation.RemoteServices;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The discovery documents of what is served now, legacy and aggregated. Built-in groups are the published documents, in
 * their order; groups of custom resources come after them, by name.
 */
public final class DiscoveryDocuments {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final AggregatedDocument core;
    private final List<GroupText> builtin = new ArrayList<>();
    private final Set<String> builtinNames = new HashSet<>();
    private final Supplier<JsonNode> legacy;
    private final ResourceRegistry registry;
    private final RemoteServices remotes;
    private volatile CustomGroups customGroups = CustomGroups.NONE;
    private volatile @Nullable Aggregated current;

    /** The aggregated document of what was served while {@code custom} held. */
    private record Aggregated(CustomGroups custom, AggregatedDocument groups) {}

    /** @param aggregated and {@code legacy} documents of the built-in groups */
    public DiscoveryDocuments(
            JsonNode aggregated, Supplier<JsonNode> legacy, ResourceRegistry registry, RemoteServices remotes) {
        this.remotes = remotes;
        this.legacy = legacy;
        this.registry = registry;
        this.core = new AggregatedDocument(texts(aggregated.path("api")));
        this.builtin.addAll(texts(aggregated.path("apis")));
        registry.definitions().stream().filter(d -> !d.custom()).forEach(d -> builtinNames.add(d.group()));
    }

    /** {@code APIGroupDiscoveryList} of {@code api} or {@code apis}; made again only when other kinds are served. */
    AggregatedDocument aggregated(String root) {
        if (root.equals("api")) {
            return core;
        }
        CustomGroups custom = custom();
        Aggregated known = current;
        if (known == null || known.custom() != custom) {
            List<GroupText> groups = new ArrayList<>(builtin);
            custom.all().forEach(group -> groups.add(group.aggregated()));
            known = new Aggregated(custom, new AggregatedDocument(groups));
            current = known;
        }
        return known.groups();
    }

    private CustomGroups custom() {
        List<ResourceDefinition> served = registry.definitions();
        CustomGroups known = customGroups;
        if (!known.isOf(served)) {
            known = known.next(served);
            customGroups = known;
        }
        return known;
    }

    private static List<GroupText> texts(JsonNode document) {
        List<GroupText> out = new ArrayList<>();
        document.path("items").forEach(group -> out.add(GroupText.of(JsonWriter.bytes(current(group)))));
        return out;
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
        custom().all().forEach(group -> groups.add(CustomDiscovery.group(group.name(), group.definitions())));
        remoteGroups().forEach((group, versions) -> groups.add(remoteGroup(group, versions)));
        return out;
    }

    /** Whether a group has built-in kinds. */
    public boolean isBuiltIn(String group) {
        return builtinNames.contains(group);
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
        List<ResourceDefinition> definitions =
                custom().find(group).map(CustomGroups.Group::definitions).orElse(List.of());
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
        CustomGroups custom = custom();
        for (RemoteService remote : remotes.all()) {
            if (!isBuiltIn(remote.group()) && custom.find(remote.group()).isEmpty()) {
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
}
