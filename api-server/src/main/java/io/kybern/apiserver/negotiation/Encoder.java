package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes whole answers: an object as JSON bytes or tree, in the form that was negotiated. */
public final class Encoder {
    public static final byte[] NEWLINE = {'\n'};

    private static final ObjectWriter PRETTY = new ObjectMapper()
            .writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private Encoder() {}

    /** An answer whose JSON is there already. */
    public static ApiResponse json(int status, byte[] json, Representation form) {
        if (form.format() == Representation.Format.JSON && !form.pretty()) {
            return new ApiResponse.Full(status, contentType("application/json"), List.of(json, NEWLINE));
        }
        return tree(status, JsonTree.parseStored(json), form);
    }

    /** An answer from a tree. */
    public static ApiResponse tree(int status, ObjectNode tree, Representation form) {
        return ApiResponse.Full.of(status, contentType(form.format().mediaType()), bytes(tree, form));
    }

    /** A tree in a form. */
    public static byte[] bytes(ObjectNode tree, Representation form) {
        return switch (form.format()) {
            case JSON -> {
                byte[] json = form.pretty() ? pretty(tree) : JsonWriter.bytes(tree);
                byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
                line[json.length] = '\n';
                yield line;
            }
            case YAML -> YamlWriter.bytes(tree);
            case PROTOBUF -> ProtobufEncoder.encode(tree);
        };
    }

    private static byte[] pretty(ObjectNode tree) {
        try {
            return PRETTY.writeValueAsString(tree).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** JSON for people's eyes, whatever the client asks for. */
    public static ApiResponse indented(ObjectNode tree) {
        return ApiResponse.Full.of(200, contentType("application/json"), pretty(tree));
    }

    public static Headers contentType(String mediaType) {
        return new Headers().add("Content-Type", mediaType);
    }

    /** Plain text, as health checks answer. */
    public static ApiResponse text(int status, String text) {
        return ApiResponse.Full.of(
                status,
                contentType("text/plain; charset=utf-8").add("X-Content-Type-Options", "nosniff"),
                text.getBytes(StandardCharsets.UTF_8));
    }
}
