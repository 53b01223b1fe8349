package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.crd.resource.GroupResource;
import java.util.Map;
import java.util.Objects;

/** Gives new volumes, claims and attributes classes the finalizer that keeps them while they are in use; a controller takes it away. */
public final class StorageObjectInUseProtection implements AdmissionPlugin {
    private static final Map<GroupResource, String> FINALIZERS = Map.of(
            new GroupResource("", "persistentvolumes"), "kubernetes.io/pv-protection",
            new GroupResource("", "persistentvolumeclaims"), "kubernetes.io/pvc-protection",
            new GroupResource("storage.k8s.io", "volumeattributesclasses"), "kubernetes.io/vac-protection");

    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.operation() == AdmissionRequest.Operation.CREATE
                && request.subresource().isEmpty()
                && FINALIZERS.containsKey(request.resource());
    }

    @Override
    public void admit(AdmissionRequest request) {
        String finalizer = Objects.requireNonNull(FINALIZERS.get(request.resource()));
        ObjectNode metadata = SystemFields.metadata(request.object().orElseThrow());
        for (var known : metadata.path("finalizers")) {
            if (known.asText().equals(finalizer)) {
                return;
            }
        }
        ArrayNode finalizers =
                metadata.get("finalizers") instanceof ArrayNode list ? list : metadata.putArray("finalizers");
        finalizers.add(finalizer);
    }
}
