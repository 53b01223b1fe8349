package io.kybern.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.client.ApiRequests.Answer;

/**
 * {@link PodApi} over HTTP, one request a call.
 */
public final class HttpPodApi implements PodApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ApiRequests requests;

    public HttpPodApi(ApiRequests requests) {
        this.requests = requests;
    }

    @Override
    public boolean patchStatus(Pod pod, PodStatus before, PodStatus after) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        patch.set("status", difference(JSON.valueToTree(before), JSON.valueToTree(after)));
        Answer answer = requests.send("PATCH", ApiRequests.STRATEGIC_MERGE, path(pod) + "/status", patch);
        return switch (answer.code()) {
            case 404, 409 -> false;
            default -> {
                answer.expectSuccess("patch the status of pod");
                yield true;
            }
        };
    }

    /**
     * Whole top-level fields of {@code after} that differ, null where one is gone. Lists with merge keys (conditions by
     * type, addresses by ip) are merged by the server, the others replaced.
     */
    static ObjectNode difference(ObjectNode before, ObjectNode after) {
        ObjectNode changed = JSON.createObjectNode();
        after.properties().forEach(field -> {
            if (!field.getValue().equals(before.get(field.getKey()))) {
                changed.set(field.getKey(), field.getValue());
            }
        });
        before.fieldNames().forEachRemaining(name -> {
            JsonNode value = after.get(name);
            if (value == null) {
                changed.putNull(name);
            }
        });
        return changed;
    }

    @Override
    public void confirmDeletion(Pod pod) {
        ObjectNode options = JSON.createObjectNode()
                .put("kind", "DeleteOptions")
                .put("apiVersion", "v1")
                .put("gracePeriodSeconds", 0);
        options.putObject("preconditions").put("uid", pod.getMetadata().getUid());
        Answer answer = requests.send("DELETE", ApiRequests.JSON, path(pod), options);
        if (answer.code() != 404 && answer.code() != 409) {
            answer.expectSuccess("delete pod");
        }
    }

    private static String path(Pod pod) {
        return "api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                + pod.getMetadata().getName();
    }
}
