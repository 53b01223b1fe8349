package io.kybern.apiserver.admission.webhook;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.selector.LabelSelector;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One webhook of a configuration.
 *
 * @param id the same as long as the configuration keeps it
 * @param ignoresFailures a webhook that can't be called is passed over
 * @param equivalent requests for other versions of a resource in its rules are shown to it in that version
 * @param reinvoked it wants to see the object again if others change it
 */
record Webhook(
        String id,
        String name,
        List<WebhookRule> rules,
        LabelSelector namespaces,
        LabelSelector objects,
        List<ObjectNode> matchConditions,
        JsonNode client,
        List<String> reviewVersions,
        int timeoutSeconds,
        boolean ignoresFailures,
        boolean equivalent,
        boolean hasSideEffects,
        boolean reinvoked) {
    /** All webhooks of all configurations in the order in which they are called. */
    static List<Webhook> of(List<ObjectNode> configurations) {
        List<Webhook> out = new ArrayList<>();
        for (ObjectNode configuration : configurations) {
            String owner = text(configuration, "metadata", "name");
            Map<String, Integer> seen = new HashMap<>();
            for (ObjectNode webhook : Trees.objects(configuration.path("webhooks"))) {
                int number = seen.merge(text(webhook, "name"), 1, Integer::sum) - 1;
                out.add(of(owner + "/" + text(webhook, "name") + "/" + number, webhook));
            }
        }
        return out;
    }

    private static Webhook of(String id, ObjectNode webhook) {
        String sideEffects = text(webhook, "sideEffects");
        return new Webhook(
                id,
                text(webhook, "name"),
                Trees.objects(webhook.path("rules")).stream()
                        .map(WebhookRule::of)
                        .toList(),
                LabelSelector.of(webhook.path("namespaceSelector")),
                LabelSelector.of(webhook.path("objectSelector")),
                Trees.objects(webhook.path("matchConditions")),
                webhook.path("clientConfig"),
                texts(webhook.path("admissionReviewVersions")),
                (int) number(webhook, "timeoutSeconds"),
                text(webhook, "failurePolicy").equals("Ignore"),
                !text(webhook, "matchPolicy").equals("Exact"),
                !sideEffects.equals("None") && !sideEffects.equals("NoneOnDryRun"),
                text(webhook, "reinvocationPolicy").equals("IfNeeded"));
    }
}
