package io.kybern.apiserver.storage;

/** The name of an object within its resource; {@code namespace} is empty for cluster-scoped ones. Orders as the store does. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** The tail of the store key: {@code namespace/name} or {@code name}. */
    public String path() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
