package io.kybern.apiserver.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.aggregation.RemoteClient.NoAnswer;
import io.kybern.apiserver.authentication.User;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the server of another group for what it serves: who answers that can be sent requests. Blocks. */
public final class DiscoveryCheck {
    private static final User AGGREGATOR = new User("system:kube-aggregator", "", List.of(User.MASTERS), Map.of());

    private final RemoteClient client;

    public DiscoveryCheck(RemoteClient client) {
        this.client = client;
    }

    /** What is wrong with the server behind an APIService; empty if it answers. */
    public Optional<String> problem(ObjectNode apiService) {
        RemoteService remote = RemoteService.of(apiService);
        String path = "/apis/" + remote.groupVersion();
        String url = "https://" + remote.serverName() + ":" + remote.port() + path;
        try {
            HttpClientResponse answer = client.send(remote, "GET", path, List.of(), AGGREGATOR, new byte[0]);
            answer.resume();
            return answer.statusCode() / 100 == 2
                    ? Optional.empty()
                    : Optional.of("bad status from " + url + ": " + answer.statusCode());
        } catch (NoAnswer e) {
            return Optional.of("failing or missing response from " + url + ": " + e.getMessage());
        }
    }
}
