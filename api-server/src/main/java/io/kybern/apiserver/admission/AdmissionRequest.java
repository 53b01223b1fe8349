package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.registry.ObjectCodec;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is about to happen to an object.
 *
 * @param endpoint the resource in the version of the request
 * @param subresource empty for the object itself
 * @param name as messages tell it: of a new object that has none, what its name will begin with
 * @param object as strategies work on it; empty for deletions; plugins that admit change it in place
 * @param oldObject as it is stored; empty for creations; shared: never change it
 * @param options the Create-, Update- or DeleteOptions of the request
 * @param rounds whether the plugins that admit have run before
 * @param warnings receives texts for Warning headers
 * @param subject the kind of the object where that is none of the resource, but what one of its subresources takes: a
 *     Binding, an Eviction, the options of an exec; such an object is the same in all versions of the resource
 */
public record AdmissionRequest(
        Operation operation,
        Resource endpoint,
        String subresource,
        String namespace,
        String name,
        Optional<ObjectNode> object,
        Optional<ObjectNode> oldObject,
        User user,
        boolean dryRun,
        ObjectNode options,
        Rounds rounds,
        Consumer<String> warnings,
        Optional<GroupVersionKind> subject) {
    /** As in {@code admission.k8s.io}. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** About an object of the resource. */
    public AdmissionRequest(
            Operation operation,
            Resource endpoint,
            String subresource,
            String namespace,
            String name,
            Optional<ObjectNode> object,
            Optional<ObjectNode> oldObject,
            User user,
            boolean dryRun,
            ObjectNode options,
            Rounds rounds,
            Consumer<String> warnings) {
        this(
                operation,
                endpoint,
                subresource,
                namespace,
                name,
                object,
                oldObject,
                user,
                dryRun,
                options,
                rounds,
                warnings,
                Optional.empty());
    }

    public GroupResource resource() {
        return endpoint.groupResource();
    }

    /** Whether it is about a resource (and subresource, empty: the object itself) of the core group. */
    public boolean isCore(String plural, String sub) {
        return resource().group().isEmpty() && resource().resource().equals(plural) && subresource.equals(sub);
    }

    /** Whether it brings a new object of a resource of the core group. */
    public boolean creates(String plural) {
        return operation == Operation.CREATE && isCore(plural, "") && object.isPresent();
    }

    /** The kind of the object as it is seen in a version of the resource. */
    public GroupVersionKind kind(Resource as) {
        return subject.orElseGet(as::kind);
    }

    /** The object, or the old one, as it is seen in a version of the resource; not to be changed. */
    public ObjectNode shown(Resource as, ObjectNode object) {
        if (subject.isPresent()) {
            return object;
        }
        return as == endpoint ? endpoint.fromStorage(object) : endpoint.seenBy(as, object);
    }

    /** The same as JSON. */
    public byte[] bytes(Resource as, ObjectNode object) {
        return codec(as).bytes(shown(as, object));
    }

    /** How the object is read and written as it is seen in a version of the resource. */
    public ObjectCodec codec(Resource as) {
        return subject.<ObjectCodec>map(kind ->
                        new BuiltinCodec(WireTypes.builtin().ofKind(kind).orElseThrow()))
                .orElseGet(as::codec);
    }

    /**
     * Replaces the object by what a plugin has made of it, with defaults for what that has brought.
     *
     * @param shown decoded, in a version of the resource
     * @return whether it is another one now
     */
    public boolean replace(Resource as, ObjectNode shown) {
        ObjectNode current = object.orElseThrow();
        ObjectNode changed;
        ObjectNode before;
        if (subject.isPresent()) {
            changed = shown;
            before = current.deepCopy();
        } else {
            changed = endpoint.fromSeen(as, shown);
            endpoint.strategy().applyDefaults(changed);
            changed = endpoint.completeStorage(changed);
            before = endpoint.completeStorage(current.deepCopy());
        }
        current.removeAll();
        current.setAll(changed);
        return !changed.equals(before);
    }
}
