package io.kybern.apiserver.selector;

/** A selector that can't be understood; the message is what a client is told. */
public final class SelectorException extends RuntimeException {
    public SelectorException(String message) {
        super(message);
    }
}
