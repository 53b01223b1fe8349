package io.kybern.apiserver.introspection;

import static io.kybern.crd.resource.Trees.text;

import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.crd.resource.GroupResource;
import java.nio.charset.StandardCharsets;

/** The priority levels as a table. None has queues here, so that nothing waits in any. */
public final class PriorityLevelsEndpoint implements PathEndpoint {
    public static final String PATH = "/debug/api_priority_and_fairness/dump_priority_levels";

    private static final GroupResource LEVELS =
            new GroupResource("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");
    private static final String HEAD = "PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests,"
            + " ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests\n";

    private final ObjectReader objects;

    public PriorityLevelsEndpoint(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        MustWaitException.unlessMayBlock();
        StringBuilder out = new StringBuilder(HEAD);
        objects.list(LEVELS, "")
                .forEach(level -> out.append(text(level, "metadata", "name"))
                        .append(", <none>".repeat(9))
                        .append('\n'));
        return ApiResponse.Full.of(
                200,
                Encoder.contentType("text/plain; charset=utf-8"),
                out.toString().getBytes(StandardCharsets.UTF_8));
    }
}
