package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.cache.CachedResource;
import io.kybern.apiserver.storage.cache.WatchCache;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Every resource that is served now, built in and custom, by group, version and plural name. Readers see immutable maps;
 * a custom resource comes and goes by replacing its group's.
 */
public final class ResourceRegistry implements AutoCloseable {
    private static final String ROOT = "/registry/";
    /** Where some resources are stored for old times' sake. Source: {@code SpecialDefaultResourcePrefixes}. */
    private static final Map<GroupResource, String> SPECIAL_PREFIXES = Map.of(
            new GroupResource("", "replicationcontrollers"), "controllers",
            new GroupResource("", "endpoints"), "services/endpoints",
            new GroupResource("", "services"), "services/specs",
            new GroupResource("", "nodes"), "minions",
            new GroupResource("networking.k8s.io", "ingresses"), "ingress",
            new GroupResource("events.k8s.io", "events"), "events",
            new GroupResource("apiextensions.k8s.io", "customresourcedefinitions"),
                    "apiextensions.k8s.io/customresourcedefinitions",
            new GroupResource("apiregistration.k8s.io", "apiservices"), "apiregistration.k8s.io/apiservices");

    private record Path(String group, String version, String resource) {}

    private final KeyValueStore store;
    private final InstantSource clock;
    private final Map<String, WatchCache> caches = new ConcurrentHashMap<>();
    private final Map<Path, Resource> resources = new ConcurrentHashMap<>();
    private final List<Consumer<Resource>> removalListeners = new CopyOnWriteArrayList<>();
    private final Map<GroupResource, ResourceDefinition> byResource = new ConcurrentHashMap<>();
    private volatile Definitions definitions;

    public ResourceRegistry(KeyValueStore store, InstantSource clock, List<ResourceDefinition> builtin) {
        this.store = store;
        this.clock = clock;
        this.definitions = new Definitions(builtin);
        builtin.forEach(definition -> byResource.putIfAbsent(definition.groupResource(), definition));
        builtin.stream().filter(ResourceRegistry::isStored).forEach(this::addBuiltin);
    }

    /** Whether objects of this kind are kept: reviews, bindings and the like are only answered. */
    private static boolean isStored(ResourceDefinition definition) {
        return definition.storageVersion().verbs().contains("list")
                && !definition.names().plural().equals("componentstatuses");
    }

    private void addBuiltin(ResourceDefinition definition) {
        GroupVersionKind storageKind = BuiltinConversions.storageKind(definition);
        Resource.Form stored = new Resource.Form(storageKind, codec(storageKind));
        String prefix = prefix(definition);
        Strategy strategy = definition.strategy();
        Optional<Function<ObjectNode, Map<String, String>>> indexed =
                strategy.selectableFieldNames().isEmpty() ? Optional.empty() : Optional.of(strategy::selectableFields);
        ForeignValues foreign = new ForeignValues(storageKind, strategy::selectableFields);
        CachedResource cached = new CachedResource(
                prefix,
                definition.namespaced(),
                indexed,
                Optional.empty(),
                Optional.of(foreign::read),
                foreign::toProtobuf,
                foreign::sizeInOriginal);
        WatchCache cache = caches.computeIfAbsent(prefix, p -> new WatchCache(store, cached, clock));
        Resource.Kept kept = new Resource.Kept(
                cache,
                cache::isLoaded,
                prefix,
                working -> stored.codec().encode(working, strategy.selectableFields(working)));
        for (ResourceDefinition.Version version : definition.versions()) {
            GroupVersionKind kind = definition.kind(version);
            Resource.Forms forms = new Resource.Forms(
                    new Resource.Form(kind, codec(kind)),
                    stored,
                    BuiltinConversions.of(kind),
                    VersionConversion.RENAMING);
            put(new Resource(definition, version, strategy, forms, kept));
        }
    }

    static BuiltinCodec codec(GroupVersionKind kind) {
        return new BuiltinCodec(WireTypes.builtin()
                .ofKind(kind)
                .orElseThrow(() -> new IllegalStateException("no wire type of " + kind)));
    }

    private static String prefix(ResourceDefinition definition) {
        if (definition.custom()) {
            return ROOT + definition.group() + "/" + definition.names().plural() + "/";
        }
        GroupResource resource = definition.groupResource();
        return ROOT + SPECIAL_PREFIXES.getOrDefault(resource, resource.resource()) + "/";
    }

    private void put(Resource resource) {
        Resource former = resources.put(
                new Path(
                        resource.definition().group(),
                        resource.version().name(),
                        resource.definition().names().plural()),
                resource);
        if (former != null) {
            removalListeners.forEach(listener -> listener.accept(former));
        }
    }

    /** A resource in one of its versions; one that is not served is there for the server itself. */
    public Optional<Resource> find(String group, String version, String plural) {
        return Optional.ofNullable(resources.get(new Path(group, version, plural)));
    }

    /** The resource in its storage version. */
    public Optional<Resource> stored(GroupResource resource) {
        return definition(resource)
                .flatMap(d ->
                        find(d.group(), d.storageVersion().name(), d.names().plural()));
    }

    /** What is known of a kind in all of its versions. */
    public Optional<ResourceDefinition> definition(GroupResource resource) {
        return Optional.ofNullable(byResource.get(resource));
    }

    /** All definitions, also those of kinds that are only answered. */
    public List<ResourceDefinition> definitions() {
        return definitions.all();
    }

    /** Those of a group with this plural name, built-in ones first: mostly one. */
    public List<ResourceDefinition> named(String group, String plural) {
        return definitions.named(group, plural);
    }

    /** Whether a group has kinds that are built in. */
    public boolean isBuiltin(String group) {
        return definitions.isBuiltin(group);
    }

    /**
     * Serves a custom resource, or what it has become. Its cache starts anew, so that what was stored under another schema is
     * read under this one; watches of the former end.
     *
     * @param conversion between its versions
     */
    public synchronized void putCustom(CustomDefinition custom, VersionConversion conversion) {
        ResourceDefinition definition = custom.resource();
        String prefix = prefix(definition);
        CustomForms forms = CustomForms.of(custom, prefix, conversion);
        WatchCache cache = WatchCache.withoutPast(store, forms.cached(), clock);
        WatchCache former = caches.put(prefix, cache);
        for (ResourceDefinition.Version version : definition.versions()) {
            Strategy strategy = custom.strategies().getOrDefault(version.name(), definition.strategy());
            put(new Resource(definition, version, strategy, forms.of(version), forms.kept(version, cache)));
        }
        Optional.ofNullable(byResource.put(definition.groupResource(), definition))
                .ifPresent(before ->
                        removeVersions(before, name -> definition.version(name).isEmpty()));
        List<ResourceDefinition> next = new ArrayList<>(definitions());
        next.removeIf(d -> d.custom() && d.groupResource().equals(definition.groupResource()));
        next.add(definition);
        definitions = new Definitions(next);
        if (former != null) {
            former.close();
        }
    }

    /** No longer serves a custom resource; its objects are the caller's business. */
    public synchronized void removeCustom(GroupResource resource) {
        definitions = new Definitions(definitions().stream()
                .filter(d -> !d.custom() || !d.groupResource().equals(resource))
                .toList());
        definition(resource).filter(ResourceDefinition::custom).ifPresent(gone -> {
            byResource.remove(resource);
            removeVersions(gone, name -> true);
        });
        WatchCache cache = caches.remove(ROOT + resource.group() + "/" + resource.resource() + "/");
        if (cache != null) {
            cache.close();
        }
    }

    /** Tells of each resource that is no longer served as it was. */
    public void onRemoval(Consumer<Resource> listener) {
        removalListeners.add(listener);
    }

    private void removeVersions(ResourceDefinition definition, Predicate<String> which) {
        for (ResourceDefinition.Version version : definition.versions()) {
            if (which.test(version.name())) {
                Resource gone = resources.remove(new Path(
                        definition.group(), version.name(), definition.names().plural()));
                if (gone != null) {
                    removalListeners.forEach(listener -> listener.accept(gone));
                }
            }
        }
    }

    @Override
    public void close() {
        caches.values().forEach(WatchCache::close);
    }
}
