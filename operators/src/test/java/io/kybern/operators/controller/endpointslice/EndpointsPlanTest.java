package io.kybern.operators.controller.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointsPlanTest {
    private static final Service SERVICE = new ServiceBuilder()
            .withNewMetadata()
            .withName("web")
            .withNamespace("n")
            .endMetadata()
            .withNewSpec()
            .withClusterIP("10.0.0.1")
            .addNewPort()
            .withPort(80)
            .withTargetPort(new IntOrString(8080))
            .withProtocol("TCP")
            .endPort()
            .endSpec()
            .build();

    private static Pod pod(int number, boolean ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p" + number)
                .withNamespace("n")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewPodIP("10.1." + number / 250 + '.' + number % 250)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void readyAndOthersAreApartAndTheOrderOfPodsDoesNotMatter() {
        var endpoints =
                EndpointsPlan.plan(SERVICE, List.of(pod(3, true), pod(1, false), pod(2, true)), Optional.empty());
        assertThat(endpoints.getSubsets()).singleElement().satisfies(subset -> {
            assertThat(subset.getAddresses())
                    .extracting(address -> address.getIp())
                    .containsExactly("10.1.0.2", "10.1.0.3");
            assertThat(subset.getNotReadyAddresses())
                    .extracting(address -> address.getIp())
                    .containsExactly("10.1.0.1");
            assertThat(subset.getPorts().getFirst().getPort()).isEqualTo(8080);
            assertThat(subset.getPorts().getFirst().getName()).isNull();
        });
        assertThat(EndpointsPlan.plan(
                        SERVICE, List.of(pod(1, false), pod(2, true), pod(3, true)), Optional.of(endpoints)))
                .isEqualTo(endpoints);
    }

    @Test
    void aThousandAddressesAreEnough() {
        var pods = IntStream.range(0, 1001).mapToObj(i -> pod(i, i > 0)).toList();
        var endpoints = EndpointsPlan.plan(SERVICE, pods, Optional.empty());
        assertThat(endpoints.getSubsets().getFirst().getAddresses()).hasSize(1000);
        assertThat(endpoints.getSubsets().getFirst().getNotReadyAddresses()).isEmpty();
        assertThat(endpoints.getMetadata().getAnnotations())
                .containsEntry("endpoints.kubernetes.io/over-capacity", "truncated");
        assertThat(EndpointsPlan.plan(SERVICE, pods.subList(0, 3), Optional.of(endpoints))
                        .getMetadata()
                        .getAnnotations())
                .doesNotContainKey("endpoints.kubernetes.io/over-capacity");
    }
}
