package io.kybern.distribution.flag;

/** A command line that can't be understood; the message is one line for the user. */
public final class FlagException extends RuntimeException {
    public FlagException(String message) {
        super(message);
    }
}
