package io.kybern.apiserver.openapi;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.openapi.Document.Form;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What both versions' endpoints share: negotiation, and answers to clients that may have the document already. */
final class ServedContent {
    private ServedContent() {}

    /** The form that the client likes best of JSON and the protobuf type under its two names. */
    static Optional<Form> negotiate(ApiRequest request, String protobuf, String protobufAlias) {
        String accept = request.header("Accept");
        for (MediaRange clause : MediaRange.parseAccept(accept.isBlank() ? "*/*" : accept)) {
            if (clause.accepts("application/json")) {
                return Optional.of(Form.JSON);
            }
            if (clause.accepts(protobuf) || clause.accepts(protobufAlias)) {
                return Optional.of(Form.PROTOBUF);
            }
        }
        return Optional.empty();
    }

    static ApiResponse notAcceptable() {
        return ApiResponse.Full.of(406, new Headers().add("Vary", "Accept"), new byte[0]);
    }

    /** The document, or 304. */
    static ApiResponse answer(
            ApiRequest request, String tag, Instant made, Headers headers, Supplier<List<byte[]>> body) {
        String quoted = '"' + tag + '"';
        headers.add("ETag", quoted).add("Last-Modified", httpDate(made));
        if (matches(request.header("If-None-Match"), quoted)) {
            return ApiResponse.Full.of(304, withoutContentType(headers), new byte[0]);
        }
        headers.add("Accept-Ranges", "bytes");
        return new ApiResponse.Full(200, headers, body.get());
    }

    private static boolean matches(String header, String quoted) {
        for (String one : header.split(",")) {
            String tag = one.strip();
            if (tag.equals("*") || tag.equals(quoted) || tag.equals("W/" + quoted)) {
                return true;
            }
        }
        return false;
    }

    private static Headers withoutContentType(Headers headers) {
        Headers out = new Headers();
        headers.lines().stream()
                .filter(line -> !line.getKey().equals("Content-Type"))
                .forEach(line -> out.add(line.getKey(), line.getValue()));
        return out;
    }

    static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
