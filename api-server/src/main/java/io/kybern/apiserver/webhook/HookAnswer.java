package io.kybern.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.wire.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a webhook has answered.
 *
 * @param contentType as it was sent
 * @param retryAfter as it was sent
 */
record HookAnswer(
        int status, Optional<String> contentType, Optional<String> location, Optional<String> retryAfter, byte[] body) {
    /** Values in an answer: the trees of some bytes each take dozens of times as much. */
    private static final int MAX_VALUES = 4_000_000;

    /** For how many seconds who asked is sent away: with these codes and this header Go's client asks again. */
    OptionalLong laterBySeconds() {
        boolean busy = status == 429 || status >= 500;
        return busy && retryAfter.isPresent() && retryAfter.get().matches("[0-9]{1,9}")
                ? OptionalLong.of(Long.parseLong(retryAfter.get()))
                : OptionalLong.empty();
    }

    /** The body of a good answer. */
    byte[] good() throws HookException {
        if (values(body) > MAX_VALUES) {
            throw new HookException("the answer has more than " + MAX_VALUES + " values");
        }
        if (status / 100 != 2) {
            throw new HookException(statusMessage().orElseGet(this::describe));
        }
        if (body.length == 0) {
            throw new HookException("0-length response with status code: " + status + " and content type: "
                    + contentType.orElse("application/json"));
        }
        return body;
    }

    /** How many values JSON has at most. */
    private static int values(byte[] json) {
        int values = 1;
        for (byte b : json) {
            values += b == ',' || b == '[' || b == '{' ? 1 : 0;
        }
        return values;
    }

    /** What a Status says that came instead. */
    private Optional<String> statusMessage() {
        try {
            JsonNode tree = JsonTree.parse(body);
            boolean isStatus = tree.path("kind").asText().equals("Status")
                    && tree.path("apiVersion").asText().equals("v1");
            return isStatus ? Optional.of(tree.path("message").asText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Source: {@code NewGenericServerResponse} of {@code apimachinery/pkg/api/errors}, and what a server answers. */
    private String describe() {
        String told = contentType.filter(type -> !type.startsWith("text/")).isPresent()
                ? "unknown"
                : new String(body, StandardCharsets.UTF_8).strip();
        return switch (status) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403, 406, 415 -> told;
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 409 -> "the server reported a conflict";
            case 422 -> "the server rejected our request due to an error in our request";
            case 429 -> "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 ->
                "the server was unable to return a response in the time allotted, but may still be processing the request";
            default ->
                status >= 500
                        ? "an error on the server (\"" + told + "\") has prevented the request from succeeding"
                        : "the server responded with the status code " + status
                                + " but did not return more information";
        };
    }
}
