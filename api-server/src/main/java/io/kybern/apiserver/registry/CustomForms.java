package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.cache.CachedResource;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Optional;

/** The forms of custom resources: strategies work on the served version, the store has the storage version. */
final class CustomForms {
    private CustomForms() {}

    static Resource.Forms of(CustomDefinition custom, ResourceDefinition.Version version) {
        Resource.Form served = form(custom, version);
        Resource.Form stored = form(custom, custom.resource().storageVersion());
        Conversion keeping = served.kind().equals(stored.kind())
                ? Conversion.NONE
                : custom.convertsByWebhook()
                        ? new Unconvertible(stored.kind(), served.kind())
                        : new Renaming(custom, version.name());
        return new Resource.Forms(served, served, stored, Conversion.NONE, keeping);
    }

    private static Resource.Form form(CustomDefinition custom, ResourceDefinition.Version version) {
        return new Resource.Form(custom.resource().kind(version), new CustomCodec(custom, version.name()));
    }

    /** Reads what is in the store by the schema of today: pruned, defaulted, in today's storage version. */
    static CachedResource cached(CustomDefinition custom, String prefix) {
        Resource.Form stored = form(custom, custom.resource().storageVersion());
        return new CachedResource(
                prefix,
                custom.resource().namespaced(),
                Optional.of(custom::selectableFields),
                Optional.of(json -> read(json, stored, custom)));
    }

    private static EncodedObject read(byte[] json, Resource.Form stored, CustomDefinition custom) {
        ObjectNode object = JsonTree.parseStored(json);
        object.put("kind", stored.kind().kind()).put("apiVersion", stored.kind().apiVersion());
        ObjectNode current = stored.codec().decode(object, new ArrayList<>());
        return stored.codec().encode(current, custom.selectableFields(current));
    }

    /** Conversion by another name: what the other version does not know goes. */
    private record Renaming(CustomDefinition custom, String served) implements Conversion {
        @Override
        public ObjectNode toStorage(ObjectNode object) {
            custom.prune(object, custom.resource().storageVersion().name());
            return object;
        }

        @Override
        public ObjectNode fromStorage(ObjectNode object) {
            custom.prune(object, served);
            return object;
        }
    }

    /** Conversion by a webhook. */
    private record Unconvertible(GroupVersionKind stored, GroupVersionKind served) implements Conversion {
        @Override
        public ObjectNode toStorage(ObjectNode object) {
            throw refusal(served, stored);
        }

        @Override
        public ObjectNode fromStorage(ObjectNode object) {
            throw refusal(stored, served);
        }

        private static ApiException refusal(GroupVersionKind from, GroupVersionKind to) {
            return ApiException.internal("conversion webhook for " + from.apiVersion() + ", Kind=" + from.kind()
                    + " failed: this server does not call conversion webhooks yet, objects are served as "
                    + from.apiVersion() + " alone and not as " + to.apiVersion());
        }
    }
}
