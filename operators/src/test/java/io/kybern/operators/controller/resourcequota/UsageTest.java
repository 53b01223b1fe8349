package io.kybern.operators.controller.resourcequota;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final PodUsage pods = new PodUsage(() -> NOW);

    private static PodBuilder pod(String cpu, String memory) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withNewResources()
                .withRequests(Map.of(
                        "cpu", new Quantity(cpu), "memory", Quantity.parse(memory), "ex.com/gpu", new Quantity("2")))
                .withLimits(Map.of("cpu", new Quantity("2")))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withQosClass("Burstable")
                .endStatus();
    }

    private static String used(Amounts amounts, String resource) {
        return amounts.has(resource) ? amounts.quantity(resource).toString() : "";
    }

    @Test
    void aPodCountsByItsRequestsAndLimits() {
        Amounts usage = pods.usage(pod("500m", "252Mi").build());
        assertThat(used(usage, "pods")).isEqualTo("1");
        assertThat(used(usage, "count/pods")).isEqualTo("1");
        assertThat(used(usage, "requests.cpu")).isEqualTo("0.5");
        assertThat(used(usage, "cpu")).isEqualTo("0.5");
        assertThat(used(usage, "memory")).isEqualTo("252Mi");
        assertThat(used(usage, "limits.cpu")).isEqualTo("2");
        assertThat(used(usage, "limits.memory")).isEmpty();
        assertThat(used(usage, "requests.ex.com/gpu")).isEqualTo("2");
    }

    @Test
    void onePodThatIsOverIsOnlyCounted() {
        Pod over =
                pod("1", "1Gi").editStatus().withPhase("Succeeded").endStatus().build();
        assertThat(used(pods.usage(over), "count/pods")).isEqualTo("1");
        assertThat(used(pods.usage(over), "pods")).isEmpty();
        Pod overdue = pod("1", "1Gi")
                .editMetadata()
                .withDeletionTimestamp("2025-12-31T23:59:00Z")
                .withDeletionGracePeriodSeconds(30L)
                .endMetadata()
                .build();
        assertThat(used(pods.usage(overdue), "cpu")).isEmpty();
    }

    @Test
    void sumsAreShownAsTheirFirstPart() {
        Amounts sum = new Amounts();
        sum.zero("memory");
        pods.addUp(List.of(pod("1", "1Gi").build(), pod("250m", "512Mi").build()), List.of(), sum);
        assertThat(used(sum, "memory")).isEqualTo("1536Mi");
        assertThat(used(sum, "cpu")).isEqualTo("1.25");
    }

    @Test
    void scopesSelectPods() {
        Pod bounded = pod("1", "1Gi")
                .editSpec()
                .withActiveDeadlineSeconds(5L)
                .endSpec()
                .build();
        List<Pod> all = List.of(bounded, pod("1", "1Gi").build());
        Amounts terminating = new Amounts();
        pods.addUp(
                all,
                Scope.of(
                        new ResourceQuotaSpecBuilder().withScopes("Terminating").build()),
                terminating);
        assertThat(used(terminating, "pods")).isEqualTo("1");
        Amounts bestEffort = new Amounts();
        pods.addUp(
                all,
                Scope.of(new ResourceQuotaSpecBuilder().withScopes("BestEffort").build()),
                bestEffort);
        assertThat(bestEffort.has("pods")).isFalse();
        Amounts both = new Amounts();
        pods.addUp(
                all,
                Scope.of(new ResourceQuotaSpecBuilder()
                        .withScopes("NotBestEffort", "NotTerminating")
                        .build()),
                both);
        assertThat(used(both, "pods")).isEqualTo("1");
    }

    @Test
    void priorityClassesAreSelectedByName() {
        Pod high = pod("1", "1Gi")
                .editSpec()
                .withPriorityClassName("high")
                .endSpec()
                .build();
        Scope in = new Scope("PriorityClass", "In", List.of("high"));
        Scope absent = new Scope("PriorityClass", "DoesNotExist", List.of());
        assertThat(pods.matches(in, high)).isTrue();
        assertThat(pods.matches(absent, high)).isFalse();
        assertThat(pods.matches(absent, pod("1", "1Gi").build())).isTrue();
    }

    @Test
    void servicesCountTheirPorts() {
        Amounts usage = new ServiceUsage()
                .usage(new ServiceBuilder()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .addNewPort()
                        .withPort(443)
                        .endPort()
                        .endSpec()
                        .build());
        assertThat(used(usage, "services.nodeports")).isEqualTo("2");
        assertThat(used(usage, "services.loadbalancers")).isEqualTo("1");
    }

    @Test
    void claimsCountByStorageClassToo() {
        Amounts usage = new ClaimUsage()
                .usage(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("c")
                        .endMetadata()
                        .withNewSpec()
                        .withStorageClassName("gold")
                        .withNewResources()
                        .addToRequests("storage", Quantity.parse("1Gi"))
                        .endResources()
                        .endSpec()
                        .build());
        assertThat(used(usage, "requests.storage")).isEqualTo("1Gi");
        assertThat(used(usage, "gold.storageclass.storage.k8s.io/requests.storage"))
                .isEqualTo("1Gi");
        assertThat(used(usage, "gold.storageclass.storage.k8s.io/persistentvolumeclaims"))
                .isEqualTo("1");
    }

    @Test
    void whatIsAddedOnlyRaisesCounts() {
        Map<String, Quantity> counted = Map.of("pods", new Quantity("2"), "secrets", new Quantity("1"));
        Map<String, Quantity> charged = Map.of("pods", new Quantity("3"), "secrets", new Quantity("0"));
        assertThat(Amounts.larger(counted, charged))
                .isEqualTo(Map.of("pods", new Quantity("3"), "secrets", new Quantity("1")));
    }
}
