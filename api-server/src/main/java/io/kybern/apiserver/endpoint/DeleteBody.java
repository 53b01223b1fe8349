package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.registry.ObjectCodec;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;

/** The body of a deletion: DeleteOptions of {@code v1}, of {@code meta.k8s.io/v1}, or of the resource's own group. */
final class DeleteBody {
    private DeleteBody() {}

    static JsonNode decode(ApiRequest request, GroupVersionKind expected, ObjectCodec codec) {
        GroupVersionKind kind = expected;
        String type = request.header("Content-Type");
        if (type.isBlank() || type.startsWith("application/json")) {
            kind = sentKind(request.body(), expected);
        }
        return BodyDecoder.decode(type, request.body(), kind, codec, false).object();
    }

    /** DeleteOptions are registered in every group, so any group's name is good. */
    private static GroupVersionKind sentKind(byte[] body, GroupVersionKind expected) {
        try {
            JsonNode tree = JsonTree.parse(body);
            String version = tree.path("apiVersion").asText("");
            boolean options = tree.path("kind").asText("").equals(expected.kind());
            return options && !version.isEmpty() && version.indexOf('/') == version.lastIndexOf('/')
                    ? GroupVersionKind.of(version, expected.kind())
                    : expected;
        } catch (IOException e) {
            return expected;
        }
    }
}
