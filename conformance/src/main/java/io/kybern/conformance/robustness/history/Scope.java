package io.kybern.conformance.robustness.history;

/**
 * What a list or a watch is about. The key of an object is its collection and its name: {@code configmaps/a}.
 *
 * @param path a collection with its slash, the key of one object, or nothing: then all objects
 */
public record Scope(String path) {
    public static final Scope ALL = new Scope("");

    public boolean holds(String key) {
        return path.isEmpty() || path.endsWith("/") ? key.startsWith(path) : key.equals(path);
    }
}
