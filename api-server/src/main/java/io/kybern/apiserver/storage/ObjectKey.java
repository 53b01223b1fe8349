package io.kybern.apiserver.storage;

/**
 * The name of an object within its resource; {@code namespace} is empty for cluster-scoped ones.
 *
 * <p>Orders as the {@link #path paths} do, which is how lists are ordered on the wire: {@code a-b/x} comes before
 * {@code a/x}, since a dash is less than a slash.
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = compareNamespaces(namespace, other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** The tail of the store key: {@code namespace/name} or {@code name}. */
    public String path() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    private static int compareNamespaces(String one, String two) {
        int shared = Math.min(one.length(), two.length());
        for (int i = 0; i < shared; i++) {
            int order = one.charAt(i) - two.charAt(i);
            if (order != 0) {
                return order;
            }
        }
        if (one.length() == two.length()) {
            return 0;
        }
        if (shared == 0) {
            return one.length() - two.length();
        }
        return one.length() > shared ? one.charAt(shared) - '/' : '/' - two.charAt(shared);
    }
}
