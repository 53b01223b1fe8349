package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.crd.resource.Trees;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code pods/exec}, {@code pods/attach} and {@code pods/portforward}: a WebSocket to the client and one to the kubelet, whose
 * messages are passed on as they are. SPDY is not spoken.
 */
public final class StreamEndpoint implements SpecialEndpoint {
    private static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");
    private static final Map<String, String> STREAMS =
            Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");

    private final ObjectReader objects;
    private final NodeClient nodes;

    public StreamEndpoint(ObjectReader objects, NodeClient nodes) {
        this.objects = objects;
        this.nodes = nodes;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        MustWaitException.unlessMayBlock();
        String subresource = call.info().subresource();
        ObjectNode pod = call.resource().tree(call.object());
        QueryParameters query = call.request().query();
        boolean ports = subresource.equals("portforward");
        String container = ports ? "" : PodContainers.choose(pod, query.get("container"));
        String name = call.info().name();
        String node = Trees.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            throw ApiException.badRequest("pod " + name + " does not have a host assigned");
        }
        NodeAddress address = NodeAddress.of(objects, node, call.definition().groupResource());
        String protocol = protocol(call.request());
        String path = ports
                ? "/portForward/" + call.info().namespace() + "/" + name + portQuery(query)
                : "/" + subresource + "/" + call.info().namespace() + "/" + name + "/" + container + streamQuery(query);
        return Relay.messages(connect(address, path, protocol), protocol);
    }

    private WebSocket connect(NodeAddress address, String path, String protocol) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(true)
                .setURI(path)
                .addSubProtocol(protocol);
        return NodeClient.await(nodes.webSockets()
                .connect(options)
                .map(socket -> {
                    socket.pause();
                    return socket;
                })
                .recover(e -> io.vertx.core.Future.failedFuture(
                        e instanceof UpgradeRejectedException rejected ? refused(rejected) : e)));
    }

    private static ApiException refused(UpgradeRejectedException e) {
        String text = e.getBody() == null ? "" : e.getBody().toString().strip();
        return switch (e.getStatus()) {
            case 400 -> ApiException.badRequest(text);
            case 404 -> ApiException.of(Reason.NOT_FOUND, text);
            case 501 -> ApiException.notImplemented(text);
            default -> ApiException.internal(text.isEmpty() ? String.valueOf(e.getMessage()) : text);
        };
    }

    /** The newest protocol that the client offers and the kubelet speaks. */
    private static String protocol(ApiRequest request) {
        if (!request.upgrades()) {
            String wanted = request.header("Upgrade");
            throw ApiException.badRequest(
                    wanted.isEmpty()
                            ? "Upgrade request required"
                            : "this server streams over WebSocket (" + String.join(", ", PROTOCOLS) + "), not over "
                                    + wanted);
        }
        List<String> offered = new ArrayList<>();
        for (String one : request.header("Sec-WebSocket-Protocol").split(",")) {
            offered.add(one.strip());
        }
        return PROTOCOLS.stream()
                .filter(offered::contains)
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest("this server speaks the subprotocols "
                        + String.join(" and ", PROTOCOLS) + ", none of which was offered"));
    }

    private static String streamQuery(QueryParameters query) {
        List<String> out = new ArrayList<>();
        query.all("command").forEach(word -> out.add("command=" + encode(word)));
        STREAMS.forEach((from, to) -> {
            if (query.flag(from)) {
                out.add(to + "=1");
            }
        });
        return "?" + String.join("&", out);
    }

    private static String portQuery(QueryParameters query) {
        List<String> out = new ArrayList<>();
        for (String value : query.all("ports")) {
            for (String port : value.split(",")) {
                out.add("port=" + encode(port.strip()));
            }
        }
        return "?" + String.join("&", out);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
