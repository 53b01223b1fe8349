package io.kybern.apiserver.registry.admissionregistration;

/** ValidatingWebhookConfigurations. */
public final class ValidatingWebhookConfigurationStrategy extends WebhookConfigurationStrategy {
    public ValidatingWebhookConfigurationStrategy() {
        super(false);
    }
}
