package io.kybern.samples.webpage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dajudge.kindcontainer.KindContainer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.testcontainers.DockerClientFactory;

/** Against the original, in Kind, where Docker is. */
class KindClusterTest extends WebPageLife {
    private KindContainer<?> kind;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "Kind needs Docker, which doesn't answer here");
        kind = new KindContainer<>();
        kind.start();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kind.getKubeconfig()))
                .build();
        startOn(client);
    }

    @AfterEach
    void stopKind() {
        if (kind != null) {
            client.close();
            kind.stop();
        }
    }
}
