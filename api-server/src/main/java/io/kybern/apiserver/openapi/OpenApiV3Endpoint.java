package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.openapi.Document.Form;
import io.kybern.apiserver.wire.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * {@code /openapi/v3}: an index with an URL a document that changes when the document does, and the documents. Source:
 * kube-openapi/pkg/handler3.
 */
public final class OpenApiV3Endpoint implements PathEndpoint {
    private static final String ROOT = "/openapi/v3";
    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v3.v1.0+protobuf";
    private static final String PROTOBUF_ALIAS = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf";
    private static final Duration YEAR = Duration.ofDays(365);

    private final OpenApiDocuments documents;
    private final InstantSource clock;
    private final Instant made;

    public OpenApiV3Endpoint(OpenApiDocuments documents, InstantSource clock) {
        this.documents = documents;
        this.clock = clock;
        this.made = clock.instant();
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        MustWaitException.unlessMayBlock();
        String path = request.path();
        if (path.equals(ROOT)) {
            return index();
        }
        Optional<Source> source =
                Optional.ofNullable(documents.sources().documents().get(path.substring(ROOT.length() + 1)));
        return source.map(s -> document(request, s))
                .orElseGet(() -> ApiResponse.Full.of(404, new Headers(), new byte[0]));
    }

    private ApiResponse index() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = out.putObject("paths");
        documents
                .sources()
                .documents()
                .forEach((name, source) -> paths.putObject(name).put("serverRelativeURL", url(source)));
        Headers headers = Encoder.contentType("text/plain; charset=utf-8")
                .add("Accept-Ranges", "bytes")
                .add("Last-Modified", ServedContent.httpDate(made));
        return ApiResponse.Full.of(200, headers, JsonWriter.bytes(out));
    }

    private static String url(Source source) {
        return ROOT + "/" + source.name() + "?hash=" + source.v3().tag();
    }

    private ApiResponse document(ApiRequest request, Source source) {
        Optional<Form> form = ServedContent.negotiate(request, PROTOBUF, PROTOBUF_ALIAS);
        if (form.isEmpty()) {
            return ServedContent.notAcceptable();
        }
        Headers headers = Encoder.contentType(form.get() == Form.JSON ? "application/json" : PROTOBUF)
                .add("Vary", "Accept");
        String tag = source.v3().tag();
        String hash = request.query().get("hash");
        if (!hash.isEmpty() && !hash.equals(tag)) {
            headers.add("ETag", '"' + tag + '"').add("Location", url(source));
            return ApiResponse.Full.of(301, headers, new byte[0]);
        }
        if (!hash.isEmpty()) {
            headers.add("Cache-Control", "public, immutable")
                    .add("Expires", ServedContent.httpDate(clock.instant().plus(YEAR)));
        }
        return ServedContent.answer(request, tag, made, headers, () -> List.of(documents.v3(source, form.get())));
    }
}
