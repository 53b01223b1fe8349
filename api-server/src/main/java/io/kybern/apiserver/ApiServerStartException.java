package io.kybern.apiserver;

import org.jspecify.annotations.Nullable;

/** A server can't start; the message is one line that says why and what to do. */
public final class ApiServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ApiServerStartException(String message) {
        super(message);
    }

    public ApiServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
