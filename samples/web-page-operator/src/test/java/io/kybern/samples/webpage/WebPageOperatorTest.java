package io.kybern.samples.webpage;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.junit.KybernCluster;
import org.junit.jupiter.api.BeforeEach;

/** In a whole cluster inside the test. */
@KybernCluster
class WebPageOperatorTest extends WebPageLife {
    @BeforeEach
    void start(KubernetesClient client) {
        startOn(client);
    }
}
