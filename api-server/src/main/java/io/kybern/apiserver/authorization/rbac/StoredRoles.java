package io.kybern.apiserver.authorization.rbac;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.crd.resource.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The snapshot of the roles and bindings that are stored now: compiled again by the first request after a change, so that
 * a right holds as soon as its binding is answered. Two requests may compile the same; both are right.
 */
public final class StoredRoles implements Supplier<RbacSnapshot> {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final Resource clusterRoles;
    private final Resource roles;
    private final Resource clusterBindings;
    private final Resource bindings;
    private volatile Compiled compiled = new Compiled(List.of(), RbacSnapshot.EMPTY);

    /** @param version the newest change of each of the four resources */
    private record Compiled(List<Long> version, RbacSnapshot snapshot) {}

    public StoredRoles(ResourceRegistry registry) {
        this.clusterRoles = resource(registry, "clusterroles");
        this.roles = resource(registry, "roles");
        this.clusterBindings = resource(registry, "clusterrolebindings");
        this.bindings = resource(registry, "rolebindings");
    }

    private static Resource resource(ResourceRegistry registry, String name) {
        return registry.stored(new GroupResource(GROUP, name)).orElseThrow();
    }

    @Override
    public RbacSnapshot get() {
        Compiled known = compiled;
        List<Long> version =
                List.of(version(clusterRoles), version(roles), version(clusterBindings), version(bindings));
        if (known.version().equals(version)) {
            return known.snapshot();
        }
        RbacSnapshot snapshot =
                RbacSnapshot.of(all(clusterRoles), all(roles), all(clusterBindings), all(bindings), false);
        compiled = new Compiled(version, snapshot);
        return snapshot;
    }

    private static long version(Resource resource) {
        return resource.store().lastChange().value();
    }

    private static List<ObjectNode> all(Resource resource) {
        List<ObjectNode> out = new ArrayList<>();
        resource.store().snapshot().iterate("", new ObjectKey("", "")).forEachRemaining(o -> out.add(resource.tree(o)));
        return out;
    }
}
