package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All objects as of a revision: a reference to an immutable map. */
record ObjectSnapshot(Revision revision, OrderedMap<ObjectKey, StoredObject> objects) implements Snapshot {
    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    @Override
    public long count(String namespace) {
        if (namespace.isEmpty()) {
            return objects.size();
        }
        return end(namespace) - objects.rank(new ObjectKey(namespace, ""));
    }

    @Override
    public long countAfter(String namespace, ObjectKey key) {
        long upTo = objects.rank(key) + (objects.get(key) == null ? 0 : 1);
        return end(namespace) - upTo;
    }

    /** Rank of the first object behind a namespace: no name is empty or starts with the last character. */
    private long end(String namespace) {
        return namespace.isEmpty() ? objects.size() : objects.rank(new ObjectKey(namespace, "\uffff"));
    }

    @Override
    public Iterator<StoredObject> iterate(String namespace, ObjectKey from) {
        return iterate(namespace, from, 0);
    }

    @Override
    public Iterator<StoredObject> iterate(String namespace, ObjectKey from, long marks) {
        ObjectKey first = new ObjectKey(namespace, "");
        boolean before = !namespace.isEmpty() && from.compareTo(first) < 0;
        return new Objects(objects.iteratorFrom(before ? first : from, marks), namespace);
    }

    /** Ends with the namespace. */
    private static final class Objects implements Iterator<StoredObject> {
        private final Iterator<Map.Entry<ObjectKey, StoredObject>> entries;
        private final String namespace;
        private @Nullable StoredObject next;

        Objects(Iterator<Map.Entry<ObjectKey, StoredObject>> entries, String namespace) {
            this.entries = entries;
            this.namespace = namespace;
            advance();
        }

        private void advance() {
            StoredObject candidate = entries.hasNext() ? entries.next().getValue() : null;
            boolean inside = candidate != null
                    && (namespace.isEmpty() || candidate.key().namespace().equals(namespace));
            next = inside ? candidate : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public StoredObject next() {
            StoredObject result = next;
            if (result == null) {
                throw new NoSuchElementException();
            }
            advance();
            return result;
        }
    }
}
