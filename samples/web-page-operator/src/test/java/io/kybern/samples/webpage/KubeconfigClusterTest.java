package io.kybern.samples.webpage;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Against the current context of the kubeconfig, such as that of {@code ./kybern up}: {@code -Dcluster=kubeconfig}. */
@EnabledIfSystemProperty(
        named = "cluster",
        matches = "kubeconfig",
        disabledReason = "runs against your kubeconfig's cluster when asked: -Dcluster=kubeconfig")
class KubeconfigClusterTest extends WebPageLife {
    private KubernetesClient client;

    @BeforeEach
    void start() {
        client = new KubernetesClientBuilder().build();
        startOn(client);
    }

    @AfterEach
    void close() {
        client.close();
    }
}
