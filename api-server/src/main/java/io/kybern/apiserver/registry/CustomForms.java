package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.cache.CachedResource;
import io.kybern.apiserver.storage.cache.WatchCache;
import io.kybern.apiserver.storage.converted.ConvertedStore;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.ResourceDefinition.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The forms of custom resources. Strategies work on the served version; the cache has each object in the version in which it
 * was stored, by the schema that this has today; between them stands a {@link ConvertedStore} for each version.
 */
final class CustomForms {
    private final CustomDefinition custom;
    private final String prefix;
    private final VersionConversion conversion;

    private CustomForms(CustomDefinition custom, String prefix, VersionConversion conversion) {
        this.custom = custom;
        this.prefix = prefix;
        this.conversion = conversion;
    }

    static CustomForms of(CustomDefinition custom, String prefix, VersionConversion conversion) {
        return new CustomForms(custom, prefix, conversion);
    }

    Resource.Forms of(Version version) {
        Resource.Form served = form(version);
        return new Resource.Forms(served, served, Conversion.NONE, conversion);
    }

    private Resource.Form form(Version version) {
        return new Resource.Form(custom.resource().kind(version), new CustomCodec(custom, version.name()));
    }

    /** What a version shows of a cache. */
    Resource.Kept kept(Version version, WatchCache cache) {
        VersionView view = new VersionView(custom, version, conversion);
        ConvertedStore store = new ConvertedStore(cache, view, MustWaitException::unlessMayBlock);
        return new Resource.Kept(store, cache::isLoaded, prefix, working -> encode(working, version));
    }

    /** Reads what is in the store by the schema of today that its version has: pruned and defaulted. */
    CachedResource cached() {
        return new CachedResource(
                prefix,
                custom.resource().namespaced(),
                Optional.of(custom::selectableFields),
                Optional.of(this::read),
                Optional.of(this::read),
                UnaryOperator.identity(),
                CachedResource.JSON_SIZE);
    }

    private EncodedObject read(byte[] json) {
        ObjectNode object = JsonTree.parseStored(json);
        Optional<Version> known =
                VersionView.version(custom, object.path("apiVersion").asText());
        ObjectNode current = known.isPresent()
                ? new CustomCodec(custom, known.get().name()).read(object, json)
                : object; // of a version that is no more: nobody will be shown it
        Version nearest = known.orElseGet(custom.resource()::storageVersion);
        return form(nearest).codec().encode(current, custom.selectableFields(current));
    }

    private EncodedObject encode(ObjectNode working, Version served) {
        ResourceDefinition definition = custom.resource();
        Version storage = definition.storageVersion();
        Resource.Form stored = form(storage);
        ObjectNode object = working;
        if (!served.name().equals(storage.name())) {
            object = conversion
                    .convert(List.of(working.deepCopy()), stored.kind().apiVersion())
                    .getFirst();
            object = stored.codec().decode(object, new ArrayList<>());
        }
        return stored.codec().encode(object, custom.selectableFields(object));
    }
}
