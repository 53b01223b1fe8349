package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.GroupResource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Built-in objects out of the caches, also on event loops: there a cache that is not loaded makes the request wait elsewhere. */
public final class CachedObjects implements ObjectReader {
    private final ResourceRegistry registry;
    private final Map<GroupResource, Resource> known = new ConcurrentHashMap<>();

    public CachedObjects(ResourceRegistry registry) {
        this.registry = registry;
    }

    /** The resource, loaded. */
    public Resource resource(GroupResource name) {
        @Nullable Resource resource = known.get(name);
        if (resource == null) {
            resource = registry.stored(name)
                    .orElseThrow(() -> new IllegalArgumentException(name + " is no resource of this server"));
            known.put(name, resource);
        }
        if (!resource.isLoaded()) {
            MustWaitException.unlessMayBlock();
        }
        return resource;
    }

    @Override
    public Optional<ObjectNode> get(GroupResource resource, String namespace, String name) {
        Resource found = resource(resource);
        return found.store().get(found.key(namespace, name)).map(found::tree);
    }

    @Override
    public boolean isEmpty(GroupResource resource, String namespace) {
        return resource(resource).store().snapshot().count(namespace) == 0;
    }

    @Override
    public List<ObjectNode> list(GroupResource resource, String namespace) {
        Resource found = resource(resource);
        List<ObjectNode> out = new ArrayList<>();
        Iterator<StoredObject> objects = found.store().snapshot().iterate(namespace, new ObjectKey("", ""));
        while (objects.hasNext()) {
            out.add(found.tree(objects.next()));
        }
        return out;
    }
}
