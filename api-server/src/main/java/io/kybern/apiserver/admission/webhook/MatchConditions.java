package io.kybern.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import java.util.List;

/** The expressions that a request must satisfy for a webhook to be called. */
@FunctionalInterface
public interface MatchConditions {
    /** A server that knows no expressions refuses what would have to be asked. */
    MatchConditions UNSUPPORTED = (conditions, request, as) -> {
        throw ApiException.notImplemented("match conditions of webhooks are not supported");
    };

    /**
     * Whether all conditions hold.
     *
     * @param as the version of the resource in which the webhook sees the object
     * @throws ApiException if one can't be evaluated and the webhook's failure policy does not pass over that
     */
    boolean hold(List<ObjectNode> conditions, AdmissionRequest request, Resource as);
}
