package io.kybern.apiserver.wire;

/** A body that can't be an object of its type; the message is what Go's decoder would print. */
public final class DecodeException extends RuntimeException {
    public DecodeException(String message) {
        super(message);
    }
}
