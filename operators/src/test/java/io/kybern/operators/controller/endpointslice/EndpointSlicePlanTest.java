package io.kybern.operators.controller.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.kybern.operators.controller.endpointslice.EndpointSlicePlan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointSlicePlanTest {
    private final List<EndpointSlice> slices = new ArrayList<>();
    private int names;

    private static ServiceBuilder service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("n")
                .withUid("u")
                .addToLabels("team", "a")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.0.0.1")
                .withIpFamilies("IPv4")
                .addNewPort()
                .withName("http")
                .withPort(80)
                .withTargetPort(new IntOrString("web"))
                .withProtocol("TCP")
                .endPort()
                .endSpec();
    }

    private static PodBuilder pod(int number) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p" + number)
                .withNamespace("n")
                .withUid("uid" + number)
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .addNewContainer()
                .addNewPort()
                .withName("web")
                .withContainerPort(8080)
                .withProtocol("TCP")
                .endPort()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewPodIP("10.1.0." + number)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus();
    }

    private static List<Pod> pods(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> pod(i).build()).toList();
    }

    private static Optional<Node> node(String name) {
        return Optional.of(new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("topology.kubernetes.io/zone", "z")
                .endMetadata()
                .build());
    }

    /** Plans with at most 3 endpoints a slice, and does it. */
    private List<SliceChange> apply(Service service, List<Pod> pods) {
        Plan plan = EndpointSlicePlan.plan(service, pods, slices, EndpointSlicePlanTest::node, 3);
        for (SliceChange action : plan.actions()) {
            switch (action) {
                case SliceChange.Create create ->
                    slices.add(new EndpointSliceBuilder(create.slice())
                            .editMetadata()
                            .withName("web-" + names++)
                            .endMetadata()
                            .build());
                case SliceChange.Update update ->
                    slices.replaceAll(slice -> slice.getMetadata()
                                    .getName()
                                    .equals(update.slice().getMetadata().getName())
                            ? update.slice()
                            : slice);
                case SliceChange.Delete delete -> slices.remove(delete.slice());
            }
        }
        return plan.actions();
    }

    @Test
    void aServiceWithoutPodsHasAnEmptySlice() {
        assertThat(apply(service().build(), List.of())).hasSize(1);
        assertThat(slices.getFirst().getMetadata().getLabels())
                .containsEntry("kubernetes.io/service-name", "web")
                .containsEntry("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .containsEntry("team", "a");
        assertThat(apply(service().build(), List.of())).isEmpty();
    }

    @Test
    void fillsSlicesAndChangesFewOfThem() {
        var service = service().build();
        apply(service, pods(1, 6));
        assertThat(slices).extracting(slice -> slice.getEndpoints().size()).containsExactly(3, 2);
        assertThat(slices.getFirst().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(8080);
            assertThat(port.getName()).isEqualTo("http");
        });
        assertThat(apply(service, pods(1, 6))).isEmpty();
        assertThat(apply(service, pods(1, 7))).singleElement().isInstanceOf(SliceChange.Update.class);
        assertThat(apply(service, pods(4, 7))).singleElement().isInstanceOf(SliceChange.Delete.class);
        assertThat(apply(service, List.of())).hasSize(2);
        assertThat(slices)
                .singleElement()
                .satisfies(slice -> assertThat(slice.getEndpoints()).isEmpty());
    }

    @Test
    void conditionsFollowThePod() {
        var service = service().build();
        var unready = pod(1).editStatus().withConditions().endStatus().build();
        var dying = pod(2).editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        var done = pod(3).editStatus().withPhase("Succeeded").endStatus().build();
        apply(service, List.of(unready, dying, done));
        assertThat(slices.getFirst().getEndpoints())
                .extracting(endpoint -> List.of(
                        endpoint.getConditions().getReady(),
                        endpoint.getConditions().getServing(),
                        endpoint.getConditions().getTerminating()))
                .containsExactly(List.of(false, false, false), List.of(false, true, true));
        assertThat(slices.getFirst().getEndpoints().getFirst().getZone()).isEqualTo("z");

        var all = new ServiceBuilder(service)
                .editSpec()
                .withPublishNotReadyAddresses(true)
                .endSpec()
                .build();
        apply(all, List.of(unready, dying));
        assertThat(slices.getFirst().getEndpoints())
                .allSatisfy(endpoint ->
                        assertThat(endpoint.getConditions().getReady()).isTrue());
    }

    @Test
    void podsWithOtherPortsHaveTheirOwnSlice() {
        var other = pod(2).editSpec()
                .editFirstContainer()
                .editFirstPort()
                .withContainerPort(9090)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
        apply(service().build(), List.of(pod(1).build(), other));
        assertThat(slices)
                .extracting(slice -> slice.getPorts().getFirst().getPort())
                .containsExactlyInAnyOrder(8080, 9090);
    }

    @Test
    void aPodOnAnUnknownNodeWaits() {
        Plan plan = EndpointSlicePlan.plan(service().build(), pods(1, 2), List.of(), name -> Optional.empty(), 3);
        assertThat(plan.incomplete()).isTrue();
    }

    @Test
    void eachAddressFamilyHasItsSlices() {
        var dual = service().editSpec().withIpFamilies("IPv4", "IPv6").endSpec().build();
        var pod = pod(1).editStatus().addNewPodIP("fd00::1").endStatus().build();
        apply(dual, List.of(pod));
        assertThat(slices)
                .extracting(slice -> slice.getAddressType()
                        + ' '
                        + slice.getEndpoints().getFirst().getAddresses())
                .containsExactlyInAnyOrder("IPv4 [10.1.0.1]", "IPv6 [fd00::1]");
        apply(service().build(), List.of(pod));
        assertThat(slices)
                .singleElement()
                .satisfies(slice -> assertThat(slice.getAddressType()).isEqualTo("IPv4"));
    }

    @Test
    void labelsFollowTheService() {
        apply(service().build(), pods(1, 2));
        var headless = service()
                .editMetadata()
                .withLabels(null)
                .endMetadata()
                .editSpec()
                .withClusterIP("None")
                .endSpec()
                .build();
        assertThat(apply(headless, pods(1, 2))).singleElement().isInstanceOf(SliceChange.Update.class);
        assertThat(slices.getFirst().getMetadata().getLabels())
                .containsEntry("service.kubernetes.io/headless", "")
                .doesNotContainKey("team");
    }
}
