package io.kybern.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import java.util.List;

/** The expressions that a request must satisfy for a webhook to be called. */
@FunctionalInterface
public interface MatchConditions {
    /**
     * Whether all conditions hold.
     *
     * @param fails whether a condition that can't be evaluated refuses the request; if not, the webhook is not called
     * @param as the version of the resource in which the webhook sees the object
     * @throws ApiException if one can't be evaluated and that refuses the request
     */
    boolean hold(List<ObjectNode> conditions, boolean fails, AdmissionRequest request, Resource as);
}
