package io.kybern.operators.controller.resourcequota;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.metadata.Discovery;
import io.kybern.operators.metadata.MetadataClient;
import io.kybern.operators.metadata.MetadataReflector;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many objects of a resource there are in a namespace. A resource is followed, by the metadata of its objects, from the
 * first time that somebody asks: a cluster without quotas follows none.
 */
public final class ObjectCounts implements AutoCloseable {
    /** Discovery is not asked more often for a resource that it did not know. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** What follows {@code count/}: {@code deployments.apps}, or the plural alone for the core. */
    record Name(String resource, String group) {
        static Name of(String text) {
            int dot = text.indexOf('.');
            return dot < 0 ? new Name(text, "") : new Name(text.substring(0, dot), text.substring(dot + 1));
        }
    }

    /** Who is told when counts change. */
    @FunctionalInterface
    interface Listener {
        /**
         * @param namespace empty: any
         * @param fewer whether there may be fewer objects than before; else there are more
         */
        void changed(String namespace, boolean fewer);
    }

    private final MetadataClient client;
    private final Discovery discovery;
    private final InstantSource clock;
    private final Map<Name, Followed> followed = new ConcurrentHashMap<>();

    @GuardedBy("this") private Map<Name, ResourceType> types = Map.of();

    @GuardedBy("this") private Instant discovered = Instant.EPOCH;

    private volatile Listener changed = (namespace, fewer) -> {};

    public ObjectCounts(KubernetesClient client, InstantSource clock) {
        this.client = new MetadataClient(client);
        this.discovery = new Discovery(this.client);
        this.clock = clock;
    }

    /** The objects of a resource, by namespace. */
    private final class Followed implements MetadataReflector.Sink, AutoCloseable {
        private final Map<String, Set<String>> uids = new HashMap<>();
        private final MetadataReflector reflector;
        private boolean complete;

        Followed(ResourceType type) {
            this.reflector = new MetadataReflector(client, type, this);
        }

        synchronized OptionalLong count(String namespace) {
            return complete
                    ? OptionalLong.of(uids.getOrDefault(namespace, Set.of()).size())
                    : OptionalLong.empty();
        }

        @Override
        public void replaced(ResourceType type, List<ObjectMetadata> objects) {
            synchronized (this) {
                uids.clear();
                objects.forEach(this::put);
                complete = true;
            }
            changed.changed("", true); // whoever waits for this first list
        }

        private boolean put(ObjectMetadata object) {
            return uids.computeIfAbsent(object.namespace(), n -> new HashSet<>())
                    .add(object.uid());
        }

        @Override
        public void changed(ResourceType type, ObjectMetadata object) {
            boolean added;
            synchronized (this) {
                added = put(object);
            }
            if (added) {
                changed.changed(object.namespace(), false);
            }
        }

        @Override
        public void deleted(ResourceType type, ObjectMetadata object) {
            synchronized (this) {
                uids.getOrDefault(object.namespace(), new HashSet<>()).remove(object.uid());
            }
            changed.changed(object.namespace(), true);
        }

        @Override
        public void close() {
            reflector.close();
        }
    }

    void onChange(Listener listener) {
        changed = listener;
    }

    /**
     * How many there are; empty if that isn't known yet, and the listener will be told when it is.
     *
     * @throws UnknownResourceException if the server has no such resource
     */
    OptionalLong count(Name name, String namespace) throws UnknownResourceException, InterruptedException {
        Followed known = followed.get(name);
        if (known == null) {
            ResourceType type = type(name).orElseThrow(() -> new UnknownResourceException(name));
            known = followed.computeIfAbsent(name, n -> new Followed(type));
        }
        return known.count(namespace);
    }

    private synchronized Optional<ResourceType> type(Name name) throws InterruptedException {
        if (!types.containsKey(name) && clock.instant().isAfter(discovered.plus(AGAIN))) {
            Map<Name, ResourceType> found = new HashMap<>();
            for (ResourceType type : discovery.discover().types()) {
                if (type.namespaced() && type.verbs().containsAll(Set.of("create", "list", "watch", "delete"))) {
                    found.put(new Name(type.resource(), type.group()), type);
                }
            }
            types = found;
            discovered = clock.instant();
        }
        return Optional.ofNullable(types.get(name));
    }

    /** A quota for something that the server does not have. */
    static final class UnknownResourceException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownResourceException(Name name) {
            super("no resource " + name.resource() + " in group \"" + name.group() + "\"", null, false, false);
        }
    }

    @Override
    public void close() {
        followed.values().forEach(Followed::close);
    }
}
