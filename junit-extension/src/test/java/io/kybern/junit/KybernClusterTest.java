package io.kybern.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@KybernCluster(crds = "crontab-crd.yaml")
class KybernClusterTest {
    static KubernetesClient shared;

    KubernetesClient client;

    @Test
    void fieldsAndParametersGetAClient(KubernetesClient parameter) {
        assertThat(client).isSameAs(shared).isSameAs(parameter);
        assertThat(client.namespaces().withName("default").get()).isNotNull();
    }

    @Test
    void aPodIsScheduledAndBecomesReady() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("nginx")
                .endContainer()
                .endSpec()
                .build();
        client.pods().inNamespace("default").resource(pod).create();
        Pod ready = client.pods()
                .inNamespace("default")
                .withName("web")
                .waitUntilCondition(Readiness::isPodReady, 30, TimeUnit.SECONDS);
        assertThat(ready.getSpec().getNodeName()).isEqualTo("simulated-0");
    }

    @Test
    void customResourcesOfTheClassAreServed() {
        GenericKubernetesResource created = client.resource("""
                        apiVersion: stable.example.com/v1
                        kind: CronTab
                        metadata: {name: nightly, namespace: default}
                        spec: {}
                        """).create() instanceof GenericKubernetesResource resource
                ? resource
                : new GenericKubernetesResource();
        assertThat(created.<Integer>get("spec", "replicas")).isEqualTo(1);
    }

    @Nested
    class Inside {
        @Test
        void nestedClassesShareTheCluster(KubernetesClient parameter) {
            assertThat(parameter).isSameAs(client);
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("inside")
                            .withNamespace("default")
                            .endMetadata()
                            .build())
                    .create();
            assertThat(client.configMaps()
                            .inNamespace("default")
                            .withName("inside")
                            .get())
                    .isNotNull();
        }
    }
}
