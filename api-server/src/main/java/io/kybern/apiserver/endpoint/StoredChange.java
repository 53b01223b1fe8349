package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.apiserver.storage.StoredObject;
import java.util.function.UnaryOperator;

/**
 * Changes a stored object past its strategy and its managed fields, as the original does where the server itself is the
 * author: again after each conflict, and not at all when it is only a rehearsal.
 */
final class StoredChange {
    private StoredChange() {}

    /** @param change gets a copy that it may change; called again after a conflict */
    static StoredObject apply(
            Resource resource, String namespace, String name, boolean dryRun, UnaryOperator<ObjectNode> change) {
        ObjectKey key = resource.key(namespace, name);
        while (true) {
            StoredObject stored =
                    resource.store().get(key).orElseThrow(() -> ApiException.notFound(resource.groupResource(), name));
            ObjectNode changed = resource.completeStorage(change.apply(resource.copy(stored)));
            if (dryRun) {
                return stored;
            }
            WriteResult result = resource.store().update(key, stored.revision(), resource.encode(changed), 0);
            if (result instanceof WriteResult.Done done) {
                return done.object();
            }
        }
    }
}
