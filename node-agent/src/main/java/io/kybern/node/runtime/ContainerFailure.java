package io.kybern.node.runtime;

/**
 * Something that a pod's owner should see as a waiting reason and an event: {@code ErrImagePull},
 * {@code CreateContainerConfigError}, {@code RunContainerError}, …
 */
public final class ContainerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public ContainerFailure(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ContainerFailure(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** The machine-readable word that goes into {@code state.waiting.reason}. */
    public String reason() {
        return reason;
    }

    public String text() {
        String message = getMessage();
        return message == null ? reason : message;
    }
}
