package io.kybern.apiserver.openapi;

import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.EntityTag;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.MustWaitException;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.openapi.Document.Form;
import io.kybern.apiserver.wire.protobuf.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * {@code /openapi/v2}: one document of everything, written piece by piece, so that a change of one custom resource makes
 * only its own piece anew. Source: kube-openapi/pkg/handler.
 */
public final class OpenApiV2Endpoint implements PathEndpoint {
    private static final String PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static final String PROTOBUF_ALIAS = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    /** Numbers of {@code Document.paths} and {@code Document.definitions}. */
    private static final int PATHS = 8;

    private static final int DEFINITIONS = 9;

    private final OpenApiDocuments documents;
    private final Instant made;

    public OpenApiV2Endpoint(OpenApiDocuments documents, InstantSource clock) {
        this.documents = documents;
        this.made = clock.instant();
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        MustWaitException.unlessMayBlock();
        Optional<Form> form = ServedContent.negotiate(request, PROTOBUF, PROTOBUF_ALIAS);
        if (form.isEmpty()) {
            return ServedContent.notAcceptable();
        }
        List<Source> sources = documents.sources().v2();
        String tag = EntityTag.of(sources.stream()
                .map(source -> source.v3().tag().getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
        Headers headers = Encoder.contentType(form.get() == Form.JSON ? "application/json" : PROTOBUF)
                .add("Vary", "Accept-Encoding")
                .add("Vary", "Accept");
        return ServedContent.answer(
                request, tag, made, headers, () -> form.get() == Form.JSON ? json(sources) : protobuf(sources));
    }

    private List<byte[]> json(List<Source> sources) {
        List<byte[]> out = new ArrayList<>();
        byte[] head = documents.v2Head(Form.JSON);
        out.add(Arrays.copyOf(head, head.length - 1));
        out.add(bytes(",\"paths\":{"));
        entries(out, sources, documents::v2Paths);
        out.add(bytes("},\"definitions\":{"));
        entries(out, sources, documents::v2Definitions);
        out.add(bytes("}}\n"));
        return out;
    }

    private static void entries(List<byte[]> out, List<Source> sources, BiFunction<Source, Form, byte[]> entries) {
        boolean first = true;
        for (Source source : sources) {
            if (!first) {
                out.add(bytes(","));
            }
            first = false;
            out.add(entries.apply(source, Form.JSON));
        }
    }

    private List<byte[]> protobuf(List<Source> sources) {
        List<byte[]> out = new ArrayList<>();
        out.add(documents.v2Head(Form.PROTOBUF));
        message(out, PATHS, sources, documents::v2Paths);
        message(out, DEFINITIONS, sources, documents::v2Definitions);
        return out;
    }

    private static void message(
            List<byte[]> out, int number, List<Source> sources, BiFunction<Source, Form, byte[]> entries) {
        List<byte[]> all =
                sources.stream().map(s -> entries.apply(s, Form.PROTOBUF)).toList();
        out.add(ProtobufWriter.lengthPrefix(
                number, all.stream().mapToInt(piece -> piece.length).sum()));
        out.addAll(all);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
