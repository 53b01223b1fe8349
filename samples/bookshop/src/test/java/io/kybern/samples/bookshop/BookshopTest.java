package io.kybern.samples.bookshop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.junit.KybernCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The manifests as a user applies them, until every Deployment is available. Nodes are simulated. */
@KybernCluster
class BookshopTest {
    private static final List<String> FILES =
            List.of("namespace.yaml", "catalog.yaml", "orders.yaml", "storefront.yaml");

    @Test
    void becomesAvailable(KubernetesClient client) throws IOException {
        for (String file : FILES) {
            try (InputStream yaml = Files.newInputStream(Path.of("manifests", file))) {
                for (HasMetadata object : client.load(yaml).items()) {
                    if (object.getMetadata().getNamespace() == null) {
                        object.getMetadata().setNamespace("bookshop");
                    }
                    client.resource(object).serverSideApply();
                }
            }
        }
        List<Deployment> deployments =
                client.apps().deployments().inNamespace("bookshop").list().getItems();
        assertThat(deployments).hasSizeGreaterThanOrEqualTo(3);
        for (Deployment deployment : deployments) {
            client.resource(deployment)
                    .waitUntilCondition(
                            d -> d != null
                                    && d.getStatus() != null
                                    && d.getSpec()
                                            .getReplicas()
                                            .equals(d.getStatus().getAvailableReplicas()),
                            60,
                            TimeUnit.SECONDS);
        }
        assertThat(client.services().inNamespace("bookshop").list().getItems())
                .allSatisfy(
                        service -> assertThat(service.getSpec().getClusterIP()).isNotBlank());
    }
}
