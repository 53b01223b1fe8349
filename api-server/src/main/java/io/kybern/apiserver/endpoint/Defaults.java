package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Resource;

/** Fills in a kind's defaults, which its strategy knows for the storage version. */
final class Defaults {
    private Defaults() {}

    /** The object with its defaults, in the served version. */
    static ObjectNode apply(Resource resource, ObjectNode served) {
        if (resource.servedAsStored()) {
            resource.strategy().applyDefaults(served);
            return resource.codec().complete(served);
        }
        ObjectNode stored = resource.toStorage(served);
        resource.strategy().applyDefaults(stored);
        return resource.fromStorage(resource.completeStorage(stored));
    }
}
