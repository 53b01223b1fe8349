package io.kybern.samples.webpage;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;

/** The address under which the servers are reached. */
public class PageService extends CRUDKubernetesDependentResource<Service, WebPage> {
    @Override
    protected Service desired(WebPage page, Context<WebPage> context) {
        return of(page);
    }

    static Service of(WebPage page) {
        return new ServiceBuilder()
                .withMetadata(Names.metadata(page))
                .withNewSpec()
                .withSelector(Names.labels(page))
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(80)
                .withTargetPort(new IntOrString("http"))
                .endPort()
                .endSpec()
                .build();
    }

    static String url(WebPage page) {
        return "http://" + page.getMetadata().getName() + "."
                + page.getMetadata().getNamespace() + ".svc/";
    }
}
