package io.kybern.apiserver.admission.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import java.util.Collection;
import java.util.Optional;

/** Knows what the objects of one resource count for. */
interface Evaluator {
    /** Whether the request can change how much is used. */
    boolean handles(AdmissionRequest request);

    /** Whether a quota's resource of this name has to do with such objects. */
    boolean concerns(String resource);

    /** How much of each resource the object counts for. */
    Amounts usage(ObjectNode object);

    /** Whether the object is one of those that a scope selects. */
    default boolean matches(QuotaScope scope, ObjectNode object) {
        return false;
    }

    /** What the object must say and does not, for a quota of these resources. */
    default Optional<String> complaint(Collection<String> resources, ObjectNode object) {
        return Optional.empty();
    }
}
