package io.kybern.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.inprocess.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuntimeClassPluginTest {
    private final TestServer server = new TestServer();
    private final KubernetesClient client = server.client();

    @BeforeEach
    void create() {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        client.resource(new RuntimeClassBuilder()
                        .withNewMetadata()
                        .withName("sandboxed")
                        .endMetadata()
                        .withHandler("box")
                        .withNewOverhead()
                        .addToPodFixed("cpu", new Quantity("250m"))
                        .endOverhead()
                        .withNewScheduling()
                        .addToNodeSelector("box", "yes")
                        .addToTolerations(new TolerationBuilder()
                                .withKey("box")
                                .withOperator("Exists")
                                .build())
                        .endScheduling()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static PodBuilder pod(String runtime) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withRuntimeClassName(runtime)
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec();
    }

    @Test
    void aPodGetsOverheadAndScheduling() {
        Pod created = client.resource(pod("sandboxed").build()).create();
        assertThat(created.getSpec().getOverhead()).containsEntry("cpu", new Quantity("250m"));
        assertThat(created.getSpec().getNodeSelector()).containsEntry("box", "yes");
        assertThat(created.getSpec().getTolerations()).anyMatch(t -> "box".equals(t.getKey()));
    }

    @Test
    void aClassMustBeThere() {
        assertThatThrownBy(() -> client.resource(pod("none").build()).create())
                .hasMessageContaining("pods \"p\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
    }

    @Test
    void contradictionsAreRefused() {
        assertThatThrownBy(() -> client.resource(pod("sandboxed")
                                .editSpec()
                                .withNodeSelector(Map.of("box", "no"))
                                .endSpec()
                                .build())
                        .create())
                .hasMessageContaining(
                        "conflict: runtimeClass.scheduling.nodeSelector[box] = yes; pod.spec.nodeSelector[box] = no");
        assertThatThrownBy(() -> client.resource(pod("sandboxed")
                                .editSpec()
                                .withOverhead(Map.of("cpu", new Quantity("1")))
                                .endSpec()
                                .build())
                        .create())
                .hasMessageContaining("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        assertThatThrownBy(() -> client.resource(pod(null)
                                .editSpec()
                                .withOverhead(Map.of("cpu", new Quantity("1")))
                                .endSpec()
                                .build())
                        .create())
                .hasMessageContaining("Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
}
