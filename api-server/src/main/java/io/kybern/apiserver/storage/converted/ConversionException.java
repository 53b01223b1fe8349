package io.kybern.apiserver.storage.converted;

/** An object that can't be shown in the version wanted. Carries no trace: it becomes a text for clients. */
public final class ConversionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConversionException(String message) {
        super(message, null, false, false);
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
