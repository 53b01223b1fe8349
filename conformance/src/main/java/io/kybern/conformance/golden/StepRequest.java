package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The request that a step describes. */
final class StepRequest {
    private final JsonNode step;
    private final Variables variables;
    private final String token;

    private StepRequest(JsonNode step, Variables variables, String token) {
        this.step = step;
        this.variables = variables;
        this.token = token;
    }

    /** @param token sent unless the step says otherwise */
    static Request of(JsonNode step, Variables variables, String token) {
        return new StepRequest(step, variables, token).request();
    }

    private Request request() {
        Optional<byte[]> body = body();
        Set<String> own = new HashSet<>();
        step.path("headers").fieldNames().forEachRemaining(name -> own.add(name.toLowerCase(Locale.ROOT)));
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("User-Agent", step.path("userAgent").asText("golden/1.0")));
        authorization().ifPresent(value -> headers.add(new Header("Authorization", value)));
        if (!own.contains("accept")) {
            headers.add(new Header("Accept", "application/json"));
        }
        for (Map.Entry<String, JsonNode> header : step.path("headers").properties()) {
            for (JsonNode value : header.getValue().isArray() ? header.getValue() : List.of(header.getValue())) {
                headers.add(new Header(header.getKey(), variables.fill(value.asText())));
            }
        }
        impersonate(headers);
        String contentType = step.path("contentType").asText(body.isPresent() ? "application/json" : "");
        if (!contentType.isEmpty() && !own.contains("content-type")) {
            headers.add(new Header("Content-Type", contentType));
        }
        String path = variables.fill(step.path("path").asText());
        return new Request(step.path("method").asText("GET"), path, headers, body);
    }

    private Optional<String> authorization() {
        String auth = variables.fill(step.path("auth").asText("admin"));
        return switch (auth) {
            case "admin" -> token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
            case "none" -> Optional.empty();
            default -> Optional.of(auth);
        };
    }

    private void impersonate(List<Header> headers) {
        JsonNode who = variables.fill(step.path("as"));
        if (who.has("user")) {
            headers.add(new Header("Impersonate-User", who.path("user").asText()));
        }
        if (who.has("uid")) {
            headers.add(new Header("Impersonate-Uid", who.path("uid").asText()));
        }
        who.path("groups").forEach(group -> headers.add(new Header("Impersonate-Group", group.asText())));
        for (Map.Entry<String, JsonNode> extra : who.path("extra").properties()) {
            for (JsonNode value : extra.getValue()) {
                headers.add(new Header("Impersonate-Extra-" + extra.getKey(), value.asText()));
            }
        }
    }

    private Optional<byte[]> body() {
        if (step.has("bodyFrom")) {
            return variables.copy(step.path("bodyFrom").asText()).flatMap(this::changed);
        }
        if (step.has("body")) {
            return bytes(variables.fill(step.path("body")));
        }
        if (step.has("bodyRepeat")) {
            JsonNode repeat = step.path("bodyRepeat");
            String text = repeat.path("head").asText()
                    + repeat.path("unit").asText().repeat(repeat.path("times").asInt())
                    + repeat.path("tail").asText();
            return Optional.of(text.getBytes(StandardCharsets.UTF_8));
        }
        return Optional.empty();
    }

    private Optional<byte[]> changed(JsonNode body) {
        if (body.isContainerNode()) {
            for (JsonNode path : step.path("unset")) {
                try {
                    JsonPath.of(path.asText()).remove(body);
                } catch (JsonPath.Missing e) {
                    // it is gone already
                }
            }
            step.path("set")
                    .properties()
                    .forEach(field -> JsonPath.of(field.getKey()).set(body, variables.fill(field.getValue())));
        }
        return bytes(body);
    }

    private static Optional<byte[]> bytes(JsonNode body) {
        try {
            return switch (body.getNodeType()) {
                case NULL -> Optional.empty();
                case BINARY -> Optional.of(body.binaryValue());
                case STRING -> Optional.of(body.textValue().getBytes(StandardCharsets.UTF_8));
                default -> Optional.of(Json.sent(body).getBytes(StandardCharsets.US_ASCII));
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
