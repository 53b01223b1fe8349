package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.SubjectAdmission;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Trees;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code pods/exec}, {@code pods/attach} and {@code pods/portforward}: what the client asks for is asked of the kubelet, then
 * each gets the bytes that the other sends, WebSockets or SPDY/3.1, and the kubelet chooses the subprotocol. Source of texts:
 * {@code registry/core/pod/rest/subresources.go}.
 */
public final class StreamEndpoint implements SpecialEndpoint {
    private static final Map<String, String> STREAMS =
            Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");

    private static final Map<String, String> KINDS =
            Map.of("exec", "PodExecOptions", "attach", "PodAttachOptions", "portforward", "PodPortForwardOptions");

    private final ObjectReader objects;
    private final NodeClient nodes;
    private final Authorizer authorizer;
    private final SubjectAdmission admission;

    public StreamEndpoint(ObjectReader objects, NodeClient nodes, Authorizer authorizer, SubjectAdmission admission) {
        this.admission = admission;
        this.objects = objects;
        this.nodes = nodes;
        this.authorizer = authorizer;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        MustWaitException.unlessMayBlock();
        requireCreate(call);
        RequestInfo info = call.info();
        boolean ports = info.subresource().equals("portforward");
        ObjectNode options = admission.connect(
                call, Objects.requireNonNull(KINDS.get(info.subresource())), ports ? ports(call) : streams(call));
        ObjectNode pod = call.resource().tree(call.object());
        String container = ports ? "" : PodContainers.choose(pod, Trees.text(options, "container"));
        String node = Trees.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            throw ApiException.badRequest("pod " + info.name() + " does not have a host assigned");
        }
        NodeAddress address = NodeAddress.of(objects, node, call.definition().groupResource());
        String path = ports
                ? "/portForward/" + info.namespace() + "/" + info.name() + portQuery(options)
                : "/" + info.subresource() + "/" + info.namespace() + "/" + info.name() + "/" + container
                        + streamQuery(options);
        return relay(call.request(), address, path);
    }

    /** WebSockets begin with a GET, but whoever opens a stream does more than get: create is asked for as well. */
    private void requireCreate(SpecialCall call) {
        RequestInfo info = call.info();
        if (info.verb().equals("create")) {
            return;
        }
        Authorizer.Decision decision = authorizer.authorize(AuthorizationAttributes.ofResource(
                call.exchange().user(),
                "create",
                info.group(),
                info.version(),
                info.resource(),
                info.subresource(),
                info.namespace(),
                info.name()));
        if (!(decision instanceof Authorizer.Decision.Allow)) {
            throw ApiException.forbidden(call.definition().groupResource(), info.name(), decision.reason());
        }
    }

    private ApiResponse relay(ApiRequest request, NodeAddress address, String path) {
        if (!Upgrade.wanted(request)) {
            throw ApiException.badRequest("Upgrade request required");
        }
        if (request.upgrades() && request.header("Sec-WebSocket-Key").isEmpty()) {
            return withinProcess(address, path, offered(request));
        }
        RequestOptions options = new RequestOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(true)
                .setURI(path);
        return Upgrade.relay(nodes, nodes.http(), options, request);
    }

    /** A client of this process has no socket whose bytes could be passed on, so its messages are. */
    private ApiResponse withinProcess(NodeAddress address, String path, List<String> protocols) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(true)
                .setURI(path)
                .setSubProtocols(protocols);
        MessageRelay relay = NodeClient.await(nodes.webSockets()
                .connect(options)
                .map(MessageRelay::new)
                .recover(e -> io.vertx.core.Future.failedFuture(
                        e instanceof UpgradeRejectedException rejected ? refused(rejected) : e)));
        if (relay.protocol().isEmpty()) {
            relay.close();
            throw ApiException.badRequest(
                    "the kubelet speaks none of the subprotocols that were offered: " + String.join(", ", protocols));
        }
        return new ApiResponse.Upgrade(new Headers(), relay);
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

    private static List<String> offered(ApiRequest request) {
        List<String> offered = new ArrayList<>();
        for (String line : request.headers().all("Sec-WebSocket-Protocol")) {
            for (String one : line.split(",")) {
                offered.add(one.strip());
            }
        }
        return offered;
    }

    private static ObjectNode streams(SpecialCall call) {
        QueryParameters query = call.request().query();
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        STREAMS.keySet().forEach(stream -> options.put(stream, query.flag(stream)));
        options.put("container", query.get("container"));
        if (call.info().subresource().equals("exec")) {
            query.all("command").forEach(options.putArray("command")::add);
        }
        return options;
    }

    private static ObjectNode ports(SpecialCall call) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        ArrayNode ports = options.putArray("ports");
        for (String value : call.request().query().all("ports")) {
            for (String port : value.split(",")) {
                try {
                    ports.add(Integer.parseInt(port.strip()));
                } catch (NumberFormatException e) {
                    throw ApiException.badRequest(
                            "strconv.ParseInt: parsing " + FieldErrors.quote(port) + ": invalid syntax");
                }
            }
        }
        return options;
    }

    private static String streamQuery(ObjectNode options) {
        List<String> out = new ArrayList<>();
        Trees.texts(options.path("command")).forEach(word -> out.add("command=" + encode(word)));
        STREAMS.forEach((from, to) -> {
            if (options.path(from).asBoolean()) {
                out.add(to + "=1");
            }
        });
        return "?" + String.join("&", out);
    }

    private static String portQuery(ObjectNode options) {
        List<String> out = new ArrayList<>();
        options.path("ports").forEach(port -> out.add("port=" + port.asInt()));
        return "?" + String.join("&", out);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
