package io.kybern.apiserver.admission.webhook;

/** Carries reviews to webhooks. */
@FunctionalInterface
public interface WebhookTransport {
    /**
     * Sends a review and waits for the answer's body, on a virtual thread.
     *
     * @throws WebhookFailure if there is none in time, with the reason
     */
    byte[] post(Webhook webhook, byte[] review) throws WebhookFailure;
}
