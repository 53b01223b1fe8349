package io.kybern.samples.webpage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator as it is, whatever the cluster: each subclass brings one. */
abstract class WebPageLife {
    private static final int PATIENCE_SECONDS = 60;

    private KubernetesClient client;
    private Operator operator;

    /** Starts the operator; the cluster's client stays the caller's. */
    void startOn(KubernetesClient cluster) {
        client = cluster;
        WebPageOperator.installDefinition(client);
        operator = WebPageOperator.start(client);
    }

    @AfterEach
    void stop() {
        if (operator != null) {
            operator.stop();
        }
    }

    @Test
    void makesAPageAndTakesItAwayAgain() {
        WebPage page = new WebPage();
        page.getMetadata().setName("hello");
        page.getMetadata().setNamespace("default");
        WebPageSpec spec = new WebPageSpec();
        spec.setHtml("<h1>Hello</h1>");
        spec.setReplicas(2);
        page.setSpec(spec);
        client.resource(page).create();

        Deployment deployment = client.apps()
                .deployments()
                .inNamespace("default")
                .withName(PageDeployment.of(page).getMetadata().getName())
                .waitUntilCondition(
                        d -> d != null
                                && d.getStatus() != null
                                && Integer.valueOf(2).equals(d.getStatus().getAvailableReplicas()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        assertThat(deployment.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("WebPage"));
        WebPage reported = client.resources(WebPage.class)
                .inNamespace("default")
                .withName("hello")
                .waitUntilCondition(
                        p -> p != null
                                && p.getStatus() != null
                                && !p.getMetadata().getFinalizers().isEmpty(),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        assertThat(reported.getSpec().getHtml()).isEqualTo("<h1>Hello</h1>");

        client.resources(WebPage.class).inNamespace("default").withName("hello").delete();
        client.resources(WebPage.class)
                .inNamespace("default")
                .withName("hello")
                .waitUntilCondition(Objects::isNull, PATIENCE_SECONDS, TimeUnit.SECONDS);
        client.apps()
                .deployments()
                .inNamespace("default")
                .informOnCondition(List::isEmpty)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
