package io.kybern.apiserver.admission.webhook;

/** A webhook that could not be asked, or whose answer is none. */
final class WebhookFailure extends Exception {
    private static final long serialVersionUID = 1;

    WebhookFailure(String message) {
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
