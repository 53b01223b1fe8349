package io.kybern.apiserver.storage;

import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

/** Small objects and filters for tests. */
public final class Samples {
    private Samples() {}

    public static EncodedObject object(ObjectKey key, String label) {
        String head = "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",";
        String meta = "\"metadata\":{";
        String json = head + meta + "\"name\":\"" + key.name() + "\",\"namespace\":\"" + key.namespace()
                + "\",\"labels\":{\"v\":\"" + label + "\"}}}";
        return new EncodedObject(
                json.getBytes(StandardCharsets.UTF_8),
                head.length(),
                head.length() + meta.length(),
                Map.of("v", label),
                Map.of());
    }

    public static ObjectFilter everything(String namespace) {
        return filter(namespace, object -> true, true);
    }

    public static ObjectFilter filter(String namespace, Predicate<StoredObject> predicate) {
        return filter(namespace, predicate, false);
    }

    private static ObjectFilter filter(String namespace, Predicate<StoredObject> predicate, boolean matchesAll) {
        return new ObjectFilter() {
            @Override
            public String namespace() {
                return namespace;
            }

            @Override
            public boolean matchesAll() {
                return matchesAll;
            }

            @Override
            public boolean test(StoredObject object) {
                return predicate.test(object);
            }
        };
    }
}
