package io.kybern.apiserver;

import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.BuiltinPlugins;
import io.kybern.apiserver.admission.policy.Conditions;
import io.kybern.apiserver.admission.policy.MutatingPolicies;
import io.kybern.apiserver.admission.policy.ValidatingPolicies;
import io.kybern.apiserver.admission.quota.ResourceQuotaPlugin;
import io.kybern.apiserver.admission.webhook.HookedTransport;
import io.kybern.apiserver.admission.webhook.MatchConditions;
import io.kybern.apiserver.admission.webhook.MutatingWebhooks;
import io.kybern.apiserver.admission.webhook.ValidatingWebhooks;
import io.kybern.apiserver.admission.webhook.WebhookTransport;
import io.kybern.apiserver.customresource.DefinitionController;
import io.kybern.apiserver.customresource.TerminatingDefinitions;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.webhook.HttpsHooks;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What is asked before an object is written, assembled: the plugins in the order in which they are asked. */
final class Admission {
    private Admission() {}

    static AdmissionChain chain(
            ResourceRegistry registry,
            Loopback loopback,
            Access access,
            DefinitionController definitions,
            HttpsHooks webhooks,
            InstantSource clock) {
        List<AdmissionPlugin> plugins = new ArrayList<>();
        plugins.add(new TerminatingDefinitions(definitions));
        plugins.addAll(BuiltinPlugins.inOrder(loopback, new SecureRandom()));
        plugins.add(access.escalationCheck());
        MatchConditions conditions = new Conditions(loopback, access.authorizer());
        WebhookTransport reviews = new HookedTransport(webhooks);
        plugins.add(new MutatingPolicies(loopback, registry, access.authorizer()));
        plugins.add(new MutatingWebhooks(registry, loopback, conditions, reviews));
        plugins.add(new ValidatingPolicies(loopback, registry, access.authorizer()));
        plugins.add(new ValidatingWebhooks(registry, loopback, conditions, reviews));
        plugins.add(
                new ResourceQuotaPlugin(loopback, q -> loopback.updateStatus(q).ok(), clock));
        return new AdmissionChain(plugins);
    }
}
