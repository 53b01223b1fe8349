package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Map;
import java.util.Objects;

/**
 * One ConfigMap a namespace that lists all its pages. It belongs to no single page, so that nobody but the operator takes
 * an entry out again: this is what the finalizer is for.
 */
final class Sitemap {
    static final String NAME = "sitemap";

    private final KubernetesClient client;

    Sitemap(KubernetesClient client) {
        this.client = client;
    }

    void add(WebPage page) {
        String url = PageService.url(page);
        Resource<ConfigMap> sitemap = resource(page);
        ConfigMap present = sitemap.get();
        if (present == null) {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(NAME)
                            .withNamespace(page.getMetadata().getNamespace())
                            .endMetadata()
                            .withData(Map.of(page.getMetadata().getName(), url))
                            .build())
                    .create();
        } else if (present.getData() == null
                || !Objects.equals(present.getData().get(page.getMetadata().getName()), url)) {
            sitemap.edit(map -> new ConfigMapBuilder(map)
                    .addToData(page.getMetadata().getName(), url)
                    .build());
        }
    }

    void remove(WebPage page) {
        Resource<ConfigMap> sitemap = resource(page);
        ConfigMap present = sitemap.get();
        if (present != null
                && present.getData() != null
                && present.getData().containsKey(page.getMetadata().getName())) {
            sitemap.edit(map -> new ConfigMapBuilder(map)
                    .removeFromData(page.getMetadata().getName())
                    .build());
        }
    }

    private Resource<ConfigMap> resource(WebPage page) {
        return client.configMaps()
                .inNamespace(page.getMetadata().getNamespace())
                .withName(NAME);
    }
}
