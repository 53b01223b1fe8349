package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import java.util.Map;

/** The document, as a file that the servers mount. */
public class PageConfigMap extends CRUDKubernetesDependentResource<ConfigMap, WebPage> {
    @Override
    protected ConfigMap desired(WebPage page, Context<WebPage> context) {
        return of(page);
    }

    static ConfigMap of(WebPage page) {
        return new ConfigMapBuilder()
                .withMetadata(Names.metadata(page))
                .withData(Map.of("index.html", page.getSpec().getHtml()))
                .build();
    }
}
