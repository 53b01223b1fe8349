package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads objects of a resource from the store.
 *
 * @param cached the object that the cache holds: of what it has at the same revision there is no second one
 */
record ObjectReader(KeyValueStore store, CachedResource resource, Function<ObjectKey, Optional<StoredObject>> cached) {
    /** All objects as of a revision. */
    OrderedMap<ObjectKey, StoredObject> all(Revision at) {
        List<Map.Entry<ObjectKey, StoredObject>> objects = new ArrayList<>();
        for (KeyValue item :
                store.range(resource.prefix(), resource.end(), at, 0).items()) {
            StoredObject object = decode(item);
            objects.add(Map.entry(object.key(), object));
        }
        objects.sort(Map.Entry.comparingByKey()); // sorted already, but for names beyond the basic plane
        return OrderedMap.ofSorted(objects);
    }

    /** The newest state of one. */
    Optional<StoredObject> newest(ObjectKey key) {
        return store.get(resource.storeKey(key), Revision.NONE).map(this::decode);
    }

    StoredObject decode(KeyValue item) {
        ObjectKey key = resource.objectKey(item.key());
        return cached.apply(key)
                .filter(object -> object.revision().equals(item.modified()))
                .orElseGet(() -> StoredObject.of(key, item.modified(), StoredValue.decode(item.value(), resource)));
    }
}
