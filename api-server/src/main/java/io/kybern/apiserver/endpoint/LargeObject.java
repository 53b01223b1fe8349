package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.KeyValueStore.TooLargeException;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import java.util.function.Function;

/**
 * An object that is more than the store takes is tried once more without its managed fields, which may be most of it, unless they
 * are what the request is about. Source: {@code apiserver/pkg/endpoints/handlers/create.go}.
 */
final class LargeObject {
    private LargeObject() {}

    /**
     * Writes an object, which may lose its managed fields.
     *
     * @param encoded the object
     * @param managesFields whether the request is an apply
     * @throws TooLargeException if it is too large without them, too
     */
    static WriteResult write(
            Resource resource,
            ObjectNode object,
            EncodedObject encoded,
            boolean managesFields,
            Function<EncodedObject, WriteResult> store) {
        try {
            return store.apply(encoded);
        } catch (TooLargeException e) {
            if (managesFields || SystemFields.metadata(object).remove("managedFields") == null) {
                throw e;
            }
            return store.apply(resource.encode(object));
        }
    }
}
