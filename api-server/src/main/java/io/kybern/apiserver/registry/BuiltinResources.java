package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.ResourceNames;
import io.kybern.crd.resource.Scope;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The resource definitions of all built-in kinds, made from the published structure of the API: names, scope, verbs and
 * subresources from {@code discovery.json}, schemas from {@code schemas.json}; the strategy from
 * {@link BuiltinStrategies}.
 */
public final class BuiltinResources {
    /** What is read is the same for all servers of a process, and nobody changes it. */
    private static final Supplier<JsonNode> DISCOVERY = lazily(() -> resource("discovery.json"));

    private static final Supplier<Schemas> SCHEMAS = lazily(() -> Schemas.parse(bytes("schemas.json")));
    private static final Supplier<JsonNode> LEGACY = lazily(() -> resource("discovery-legacy.json"));

    private final BuiltinStrategies strategies = new BuiltinStrategies();

    /** The aggregated discovery documents of the built-in groups, under {@code api} and {@code apis}. */
    public JsonNode aggregatedDiscovery() {
        return DISCOVERY.get();
    }

    /** The legacy ones: {@code groups}, and {@code resources} by group and version. */
    public Supplier<JsonNode> legacyDiscovery() {
        return LEGACY;
    }

    public Schemas schemas() {
        return SCHEMAS.get();
    }

    /** All definitions, in discovery order of their preferred version. */
    public List<ResourceDefinition> definitions() {
        Map<GroupResource, List<ResourceDefinition.Version>> versions = new LinkedHashMap<>();
        Map<GroupResource, JsonNode> entries = new LinkedHashMap<>();
        for (String root : new String[] {"api", "apis"}) {
            for (JsonNode group : aggregatedDiscovery().path(root).path("items")) {
                String name = group.path("metadata").path("name").asText("");
                for (JsonNode version : group.path("versions")) {
                    for (JsonNode entry : version.path("resources")) {
                        GroupResource key =
                                new GroupResource(name, entry.path("resource").asText());
                        List<ResourceDefinition.Version> known = versions.computeIfAbsent(key, k -> new ArrayList<>());
                        known.add(version(name, version.path("version").asText(), entry, known.isEmpty()));
                        entries.putIfAbsent(key, entry);
                    }
                }
            }
        }
        List<ResourceDefinition> out = new ArrayList<>();
        entries.forEach((key, entry) -> out.add(definition(key, entry, versions.getOrDefault(key, List.of()))));
        return out;
    }

    private ResourceDefinition definition(
            GroupResource key, JsonNode entry, List<ResourceDefinition.Version> versions) {
        String kind = entry.path("responseKind").path("kind").asText();
        ResourceNames names = new ResourceNames(
                key.resource(),
                entry.path("singularResource").asText(""),
                kind,
                kind + "List",
                texts(entry.path("shortNames")),
                texts(entry.path("categories")));
        Scope scope = entry.path("scope").asText().equals("Namespaced") ? Scope.NAMESPACED : Scope.CLUSTER;
        return new ResourceDefinition(key.group(), names, scope, versions, strategies.of(key), false);
    }

    private ResourceDefinition.Version version(String group, String version, JsonNode entry, boolean storage) {
        GroupVersionKind kind = new GroupVersionKind(
                group, version, entry.path("responseKind").path("kind").asText());
        Map<String, ResourceDefinition.Subresource> subresources = new LinkedHashMap<>();
        for (JsonNode sub : entry.path("subresources")) {
            JsonNode response = sub.path("responseKind");
            GroupVersionKind subKind = response.isMissingNode()
                    ? kind
                    : new GroupVersionKind(
                            response.path("group").asText("").isEmpty()
                                            && response.path("version")
                                                    .asText("")
                                                    .isEmpty()
                                    ? group
                                    : response.path("group").asText(""),
                            response.path("version").asText("").isEmpty()
                                    ? version
                                    : response.path("version").asText(),
                            response.path("kind").asText());
            String name = sub.path("subresource").asText();
            subresources.put(name, new ResourceDefinition.Subresource(name, subKind, texts(sub.path("verbs"))));
        }
        return new ResourceDefinition.Version(
                version,
                true,
                storage,
                texts(entry.path("verbs")),
                lazily(() -> schema(kind))::get,
                subresources,
                List.of(),
                Optional.ofNullable(Deprecations.of(kind)),
                "");
    }

    private Schema schema(GroupVersionKind kind) {
        return SCHEMAS.get()
                .find(kind)
                .orElseThrow(() -> new IllegalStateException("no schema of " + kind.apiVersion() + " " + kind.kind()));
    }

    private static List<String> texts(JsonNode list) {
        List<String> out = new ArrayList<>(list.size());
        list.forEach(text -> out.add(text.asText()));
        return out;
    }

    static JsonNode resource(String name) {
        try {
            return JsonTree.parse(bytes(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String name) {
        try (InputStream in = BuiltinResources.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computed once, when first needed. */
    static <T> Supplier<T> lazily(Supplier<T> make) {
        return new Supplier<>() {
            private volatile Optional<T> made = Optional.empty();

            @Override
            public T get() {
                if (made.isEmpty()) {
                    synchronized (this) {
                        if (made.isEmpty()) {
                            made = Optional.of(make.get());
                        }
                    }
                }
                return made.orElseThrow();
            }
        };
    }
}
