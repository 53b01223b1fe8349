package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Optional;

/** Where the kubelet of a node listens. */
record NodeAddress(String host, int port) {
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final List<String> PREFERRED = List.of("InternalIP", "ExternalIP", "Hostname");

    /**
     * The address of a node by its status.
     *
     * @param reported the resource of which a missing node is reported: the original names the one asked for
     */
    static NodeAddress of(ObjectReader objects, String node, GroupResource reported) {
        ObjectNode found = objects.get(NODES, "", node).orElseThrow(() -> ApiException.notFound(reported, node));
        int port = found.path("status")
                .path("daemonEndpoints")
                .path("kubeletEndpoint")
                .path("Port")
                .asInt();
        Optional<String> host = host(found.path("status").path("addresses"));
        if (port == 0 || host.isEmpty()) {
            throw ApiException.of(
                    Reason.SERVICE_UNAVAILABLE,
                    "node " + node + " has told no address and port of its kubelet in its status");
        }
        return new NodeAddress(host.get(), port);
    }

    private static Optional<String> host(JsonNode addresses) {
        for (String type : PREFERRED) {
            for (JsonNode address : addresses) {
                if (Trees.text(address, "type").equals(type)) {
                    return Optional.of(Trees.text(address, "address"));
                }
            }
        }
        return Optional.empty();
    }
}
