package io.kybern.conformance.bench;

/** A server answered what it should not, or not at all: there is nothing to compare then. */
final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadException(String message) {
        super(message);
    }

    LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
