package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;

/** What everything that belongs to a page is called. */
final class Names {
    private Names() {}

    static Map<String, String> labels(WebPage page) {
        return Map.of(
                "app.kubernetes.io/name", "web-page",
                "app.kubernetes.io/instance", page.getMetadata().getName(),
                "app.kubernetes.io/managed-by", "web-page-operator");
    }

    static ObjectMeta metadata(WebPage page) {
        return new ObjectMetaBuilder()
                .withName(page.getMetadata().getName())
                .withNamespace(page.getMetadata().getNamespace())
                .withLabels(labels(page))
                .build();
    }
}
