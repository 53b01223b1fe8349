package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.resource.GroupResource;
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
        Consumer<String> warnings) {
    /** As in {@code admission.k8s.io}. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    public GroupResource resource() {
        return endpoint.groupResource();
    }

    /** Whether it is about a resource (and subresource, empty: the object itself) of the core group. */
    public boolean isCore(String plural, String sub) {
        return resource().group().isEmpty() && resource().resource().equals(plural) && subresource.equals(sub);
    }
}
