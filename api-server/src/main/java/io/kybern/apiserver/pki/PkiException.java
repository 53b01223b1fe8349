package io.kybern.apiserver.pki;

import org.jspecify.annotations.Nullable;

/** A key or certificate could not be read, made or kept; the message is one line for the user. */
public final class PkiException extends RuntimeException {
    public PkiException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
