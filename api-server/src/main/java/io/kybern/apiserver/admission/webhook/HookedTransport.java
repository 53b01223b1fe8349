package io.kybern.apiserver.admission.webhook;

import io.kybern.apiserver.webhook.HookAddress;
import io.kybern.apiserver.webhook.HookException;
import io.kybern.apiserver.webhook.HookTransport;

/** Sends reviews the way all webhooks are called, and words the failures as those of admission are. */
public final class HookedTransport implements WebhookTransport {
    private static final int DEFAULT_SECONDS = 10;

    private final HookTransport hooks;

    public HookedTransport(HookTransport hooks) {
        this.hooks = hooks;
    }

    @Override
    public byte[] post(Webhook webhook, byte[] review) throws WebhookFailure {
        int seconds = webhook.timeoutSeconds() > 0 ? webhook.timeoutSeconds() : DEFAULT_SECONDS;
        try {
            return hooks.post(HookAddress.of(webhook.client()), seconds, review);
        } catch (HookException e) {
            boolean notAsked = e.text().startsWith("Unparsable URL");
            throw new WebhookFailure(
                    (notAsked ? "could not get REST client: " : "failed to call webhook: ") + e.text());
        }
    }
}
