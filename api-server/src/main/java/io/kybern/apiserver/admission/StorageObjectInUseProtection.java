package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.metadata.SystemFields;

/** Gives new volumes and claims the finalizer that keeps them while they are in use; a controller takes it away. */
public final class StorageObjectInUseProtection implements AdmissionPlugin {
    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.operation() == AdmissionRequest.Operation.CREATE
                && (request.isCore("persistentvolumes", "") || request.isCore("persistentvolumeclaims", ""));
    }

    @Override
    public void admit(AdmissionRequest request) {
        String finalizer = request.isCore("persistentvolumes", "")
                ? "kubernetes.io/pv-protection"
                : "kubernetes.io/pvc-protection";
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
