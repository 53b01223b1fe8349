package io.kybern.apiserver.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.wire.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The two forms of a page: text for people, and an object of {@code config.k8s.io/v1beta1} for programs that ask for it. */
final class DebugPage {
    private static final String TEXT = "text/plain";
    private static final String STRUCTURED = "application/json";
    private static final String WARNING =
            "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.";

    private DebugPage() {}

    static ApiResponse answer(ApiRequest request, String kind, Supplier<String> text, Supplier<ObjectNode> object) {
        String accept = request.header("Accept");
        for (MediaRange clause : accept.isBlank() ? List.of(MediaRange.parse("*/*")) : MediaRange.parseAccept(accept)) {
            if (clause.type().equals(STRUCTURED) && asks(clause.parameters(), kind)) {
                String type = STRUCTURED + ";g=config.k8s.io;v=v1beta1;as=" + kind;
                return ApiResponse.Full.of(200, Encoder.contentType(type), JsonWriter.bytes(object.get()));
            }
            if (clause.accepts(TEXT)) {
                String page =
                        "\napiserver " + kind.toLowerCase(java.util.Locale.ROOT) + "\n" + WARNING + "\n" + text.get();
                return ApiResponse.Full.of(
                        200, Encoder.contentType("text/plain; charset=utf-8"), page.getBytes(StandardCharsets.UTF_8));
            }
        }
        throw ApiException.of(
                Reason.NOT_ACCEPTABLE, "only the following media types are accepted: " + STRUCTURED + ", " + TEXT);
    }

    private static boolean asks(Map<String, String> parameters, String kind) {
        return kind.equals(parameters.get("as"))
                && "config.k8s.io".equals(parameters.get("g"))
                && "v1beta1".equals(parameters.get("v"));
    }
}
