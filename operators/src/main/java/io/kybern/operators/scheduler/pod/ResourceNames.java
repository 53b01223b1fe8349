package io.kybern.operators.scheduler.pod;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gives each resource name a small number, so that amounts can be kept in arrays. The numbers of the four resources
 * that every node has are fixed; extended resources are numbered as they are first met and never forgotten (a cluster
 * has a handful). Any thread may call.
 */
public final class ResourceNames {
    /** In thousandths of a core; every other resource is in units. */
    public static final int CPU = 0;

    public static final int MEMORY = 1;
    public static final int EPHEMERAL_STORAGE = 2;
    /** How many pods; each pod asks for one. */
    public static final int PODS = 3;

    private final ConcurrentHashMap<String, Integer> indexes = new ConcurrentHashMap<>();
    private final List<String> names = new CopyOnWriteArrayList<>();

    public ResourceNames() {
        List.of("cpu", "memory", "ephemeral-storage", "pods").forEach(this::indexOf);
    }

    public int indexOf(String name) {
        Integer known = indexes.get(name);
        return known != null ? known : register(name);
    }

    private synchronized int register(String name) {
        return indexes.computeIfAbsent(name, added -> {
            names.add(added);
            return names.size() - 1;
        });
    }

    public String name(int index) {
        return names.get(index);
    }
}
