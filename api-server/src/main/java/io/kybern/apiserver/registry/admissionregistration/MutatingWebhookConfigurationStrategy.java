package io.kybern.apiserver.registry.admissionregistration;

/** MutatingWebhookConfigurations. */
public final class MutatingWebhookConfigurationStrategy extends WebhookConfigurationStrategy {
    public MutatingWebhookConfigurationStrategy() {
        super(true);
    }
}
