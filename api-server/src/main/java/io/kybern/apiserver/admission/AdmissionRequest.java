package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is about to happen to an object.
 *
 * @param subresource empty for the object itself
 * @param object as it would be stored; empty for deletions; plugins that admit change it in place
 * @param oldObject as it is stored; empty for creations
 * @param options the Create-, Update- or DeleteOptions sent, if any
 * @param warnings receives texts for Warning headers
 */
public record AdmissionRequest(
        Operation operation,
        GroupResource resource,
        GroupVersionKind kind,
        String subresource,
        String namespace,
        String name,
        Optional<ObjectNode> object,
        Optional<ObjectNode> oldObject,
        User user,
        boolean dryRun,
        Optional<ObjectNode> options,
        Consumer<String> warnings) {
    /** As in {@code admission.k8s.io}. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** Whether it is about a resource (and subresource, empty: the object itself) of the core group. */
    public boolean isCore(String plural, String sub) {
        return resource.group().isEmpty() && resource.resource().equals(plural) && subresource.equals(sub);
    }
}
