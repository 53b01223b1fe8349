package io.kybern.apiserver.webhook;

/** A webhook that could not be asked, or whose answer is none. Carries no trace: it becomes a text for clients. */
public final class HookException extends Exception {
    private static final long serialVersionUID = 1;

    public HookException(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
