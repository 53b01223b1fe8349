package io.kybern.conformance.bench.load;

/** A server answered what it should not, or not at all: there is nothing to compare then. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LoadException(String message) {
        super(message);
    }

    public LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
