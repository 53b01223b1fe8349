package io.kybern.apiserver.admission;

import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.crd.resource.GroupResource;
import java.util.Optional;
import java.util.Set;

/** Nothing is created in a namespace that is missing or going; some namespaces stay. */
public final class NamespaceLifecycle implements AdmissionPlugin {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final ObjectReader objects;

    public NamespaceLifecycle(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return switch (request.operation()) {
            case DELETE -> request.isCore("namespaces", "");
            case CREATE, UPDATE ->
                !request.namespace().isEmpty() && !request.resource().equals(NAMESPACES);
            case CONNECT -> false;
        };
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (request.operation() == AdmissionRequest.Operation.DELETE) {
            if (IMMORTAL.contains(request.name())) {
                throw ApiException.forbidden(NAMESPACES, request.name(), "this namespace may not be deleted");
            }
            return;
        }
        Optional<ObjectNode> namespace = objects.get(NAMESPACES, "", request.namespace());
        if (namespace.isEmpty()) {
            throw ApiException.notFound(NAMESPACES, request.namespace());
        }
        boolean terminating = has(namespace.get(), "metadata", "deletionTimestamp")
                || text(namespace.get(), "status", "phase").equals("Terminating");
        if (terminating && request.operation() == AdmissionRequest.Operation.CREATE) {
            throw terminating(request);
        }
    }

    private static ApiException terminating(AdmissionRequest request) {
        ApiException plain = ApiException.forbidden(
                request.resource(),
                request.name(),
                "unable to create new content in namespace " + request.namespace() + " because it is being terminated");
        ObjectNode details = ApiException.details(
                request.resource().group(), request.resource().resource(), request.name());
        details.putArray("causes")
                .addObject()
                .put("reason", "NamespaceTerminating")
                .put("message", "namespace " + request.namespace() + " is being terminated")
                .put("field", "metadata.namespace");
        return ApiException.withDetails(Reason.FORBIDDEN, String.valueOf(plain.getMessage()), details);
    }
}
