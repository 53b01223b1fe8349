package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.crd.value.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Persistent volume claims and their storage, in all and by storage class. */
final class ClaimEvaluator implements Evaluator {
    private static final String COUNT = "count/persistentvolumeclaims";
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    @Override
    public boolean handles(AdmissionRequest request) {
        boolean write = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        return write
                && (request.subresource().isEmpty() || request.subresource().equals("status"));
    }

    @Override
    public boolean concerns(String resource) {
        return Set.of(COUNT, CLAIMS, STORAGE).contains(resource)
                || resource.endsWith(OF_CLASS + CLAIMS)
                || resource.endsWith(OF_CLASS + STORAGE);
    }

    @Override
    public Amounts usage(ObjectNode claim) {
        Map<String, Quantity> out = new TreeMap<>(Map.of(CLAIMS, Amounts.ONE, COUNT, Amounts.ONE));
        JsonNode annotation = at(claim, "metadata", "annotations", CLASS_ANNOTATION);
        String storageClass = annotation.asText(text(claim, "spec", "storageClassName"));
        if (!storageClass.isEmpty()) {
            out.put(storageClass + OF_CLASS + CLAIMS, Amounts.ONE);
        }
        JsonNode requested = at(claim, "spec", "resources", "requests", "storage");
        if (!requested.isMissingNode()) {
            Quantity storage = storage(requested, at(claim, "status", "allocatedResources", "storage"));
            out.put(STORAGE, storage);
            if (!storageClass.isEmpty()) {
                out.put(storageClass + OF_CLASS + STORAGE, storage);
            }
        }
        return new Amounts(out);
    }

    /** The larger of what is asked for and what is allocated, in whole bytes. */
    private static Quantity storage(JsonNode requested, JsonNode allocated) {
        Quantity most = Quantity.parse(requested.asText());
        if (!allocated.isMissingNode()) {
            Quantity other = Quantity.parse(allocated.asText());
            most = other.compareTo(most) > 0 ? other : most;
        }
        return new Quantity(new BigDecimal(most.value()), most.notation());
    }

    @Override
    public boolean matches(QuotaScope scope, ObjectNode claim) {
        if (!scope.name().equals("VolumeAttributesClass")) {
            return false;
        }
        Set<String> names = new TreeSet<>();
        for (String[] path : List.of(
                new String[] {"spec", "volumeAttributesClassName"},
                new String[] {"status", "currentVolumeAttributesClassName"},
                new String[] {"status", "modifyVolumeStatus", "targetVolumeAttributesClassName"})) {
            String name = text(claim, path);
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return scope.fits(names);
    }
}
