package io.kybern.apiserver.wire;

/** A body that can't be an object of its type; the message is what Go's decoder would print. */
public final class DecodeException extends RuntimeException {
    private final String ofTree;

    public DecodeException(String message) {
        this(message, message);
    }

    /** @param ofTree what Go says where it converts a tree, after a strategic merge patch, and reads no text */
    DecodeException(String message, String ofTree) {
        super(message, null, false, false);
        this.ofTree = ofTree;
    }

    /** The complaint about a tree. */
    public String ofTree() {
        return ofTree;
    }
}
