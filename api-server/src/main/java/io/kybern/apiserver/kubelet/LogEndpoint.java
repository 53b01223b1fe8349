package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** {@code pods/log}: a container's log from its kubelet. Source of texts: {@code registry/core/pod/rest/log.go}. */
public final class LogEndpoint implements SpecialEndpoint {
    private static final List<String> FLAGS = List.of("follow", "previous", "timestamps");
    private static final List<String> VALUES = List.of("sinceSeconds", "sinceTime", "tailLines", "limitBytes");

    private final ObjectReader objects;
    private final NodeClient nodes;

    public LogEndpoint(ObjectReader objects, NodeClient nodes) {
        this.objects = objects;
        this.nodes = nodes;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        MustWaitException.unlessMayBlock();
        QueryParameters query = call.request().query();
        String name = call.info().name();
        validate(query, name);
        ObjectNode pod = call.resource().tree(call.object());
        String container = PodContainers.choose(pod, query.get("container"));
        String node = Trees.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            return new ApiResponse.Full(204, new Headers(), List.of());
        }
        NodeAddress address = NodeAddress.of(objects, node, call.definition().groupResource());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(true)
                .setURI("/containerLogs/" + call.info().namespace() + "/" + name + "/" + container + query(query));
        HttpClientResponse response = NodeClient.await(nodes.http()
                .request(options)
                .compose(r -> NodeClient.quiet(r).send())
                .map(r -> (HttpClientResponse) r.pause()));
        if (response.statusCode() >= 300) {
            Future<Buffer> whole = response.body();
            response.resume();
            Buffer body = NodeClient.await(whole);
            throw refused(response.statusCode(), body.toString().strip(), name);
        }
        return nodes.relay().body(response, Encoder.contentType("text/plain"));
    }

    private static void validate(QueryParameters query, String name) {
        FieldErrors errors = new FieldErrors();
        atLeast(query, "tailLines", 0, "must be greater than or equal to 0", errors);
        atLeast(query, "limitBytes", 1, "must be greater than 0", errors);
        if (query.has("sinceSeconds") && query.has("sinceTime")) {
            errors.forbidden(
                    FieldPath.of("sinceSeconds"), "at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        atLeast(query, "sinceSeconds", 1, "must be greater than 0", errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("", "PodLogOptions", name, errors.list());
        }
    }

    private static void atLeast(QueryParameters query, String field, long least, String detail, FieldErrors errors) {
        Optional<String> text = query.find(field);
        if (text.isEmpty()) {
            return;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value < least) {
                errors.invalid(FieldPath.of(field), value, detail);
            }
        } catch (NumberFormatException e) {
            throw ApiException.badRequest(
                    "strconv.ParseInt: parsing " + FieldErrors.quote(text.get()) + ": invalid syntax");
        }
    }

    private static String query(QueryParameters query) {
        StringJoiner out = new StringJoiner("&", "?", "");
        FLAGS.stream().filter(query::flag).forEach(flag -> out.add(flag + "=true"));
        for (String name : VALUES) {
            query.find(name).ifPresent(value -> out.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        return out.length() == 1 ? "" : out.toString();
    }

    private static ApiException refused(int status, String text, String name) {
        return switch (status) {
            case 400 -> ApiException.badRequest(text);
            case 404 -> {
                ObjectNode details = ApiException.details("", "pods/log", name);
                details.putArray("causes")
                        .addObject()
                        .put("reason", "UnexpectedServerResponse")
                        .put("message", text);
                yield ApiException.withDetails(
                        Reason.NOT_FOUND,
                        "the server could not find the requested resource ( " + new GroupResource("", "pods/log") + " "
                                + name + ")",
                        details);
            }
            case 501 -> ApiException.withDetails(Reason.NOT_IMPLEMENTED, text, JsonNodeFactory.instance.objectNode());
            default -> ApiException.internal(text);
        };
    }
}
