package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.registry.ObjectCodec;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.protobuf.ProtobufDecoder;
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
        } else if (type.startsWith("application/vnd.kubernetes.protobuf")) {
            kind = envelopedKind(request.body(), expected);
        }
        try {
            return BodyDecoder.read(type, request.body(), kind, codec, false).object();
        } catch (BodyDecoder.Refused e) {
            throw ApiException.badRequest(e.text());
        }
    }

    /** The same for protobuf, as Go clients send it; what isn't DeleteOptions at all is for the decoder to refuse. */
    private static GroupVersionKind envelopedKind(byte[] body, GroupVersionKind expected) {
        try {
            GroupVersionKind sent = ProtobufDecoder.open(body).kind(expected);
            return sent.kind().equals(expected.kind()) ? sent : expected;
        } catch (DecodeException e) {
            return expected;
        }
    }

    /** DeleteOptions are registered in every group, so any group's name is good. */
    private static GroupVersionKind sentKind(byte[] body, GroupVersionKind expected) {
        try {
            JsonNode tree = JsonTree.parse(body);
            String version = tree.path("apiVersion").asText("");
            String kind = tree.path("kind").asText("");
            boolean options = kind.equals(expected.kind());
            if (!options && !kind.isEmpty()) {
                throw ApiException.badRequest("no kind \"" + kind + "\" is registered for version \""
                        + (version.isEmpty() ? expected.apiVersion() : version)
                        + "\" in scheme \"pkg/runtime/scheme.go:111\"");
            }
            return options && !version.isEmpty() && version.indexOf('/') == version.lastIndexOf('/')
                    ? GroupVersionKind.of(version, expected.kind())
                    : expected;
        } catch (IOException e) {
            return expected;
        }
    }
}
