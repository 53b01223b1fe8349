package io.kybern.apiserver.error;

import java.util.Arrays;

/** The reasons of a failure Status with their HTTP codes. Source: {@code metav1.StatusReason}. */
public enum Reason {
    UNKNOWN("", 500),
    UNAUTHORIZED("Unauthorized", 401),
    FORBIDDEN("Forbidden", 403),
    NOT_FOUND("NotFound", 404),
    ALREADY_EXISTS("AlreadyExists", 409),
    CONFLICT("Conflict", 409),
    GONE("Gone", 410),
    EXPIRED("Expired", 410),
    INVALID("Invalid", 422),
    SERVER_TIMEOUT("ServerTimeout", 500),
    TIMEOUT("Timeout", 504),
    TOO_MANY_REQUESTS("TooManyRequests", 429),
    BAD_REQUEST("BadRequest", 400),
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
    NOT_ACCEPTABLE("NotAcceptable", 406),
    REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413),
    UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415),
    INTERNAL_ERROR("InternalError", 500),
    NOT_IMPLEMENTED("NotImplemented", 501),
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503);

    private final String text;
    private final int code;

    Reason(String text, int code) {
        this.text = text;
        this.code = code;
    }

    /** The reason of this text, {@link #UNKNOWN} if there is none. */
    public static Reason of(String text) {
        return Arrays.stream(values())
                .filter(r -> r.text.equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }

    public String text() {
        return text;
    }

    public int code() {
        return code;
    }
}
