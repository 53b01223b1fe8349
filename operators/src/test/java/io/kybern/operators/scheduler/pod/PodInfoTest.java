package io.kybern.operators.scheduler.pod;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodInfoTest {
    private static Container container(String name, String cpu, String restartPolicy) {
        return new ContainerBuilder()
                .withName(name)
                .withRestartPolicy(restartPolicy)
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .build();
    }

    private static long cpu(PodInfo pod) {
        return pod.requests().amountOf(ResourceNames.CPU);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "250m, 250", "0.1, 100", "1u, 1", "2k, 2000000"})
    void cpuIsInThousandthsRoundedUp(String quantity, long expected) {
        assertThat(ResourceVector.amount("cpu", new Quantity(quantity))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1Ki, 1024", "1k, 1000", "1500m, 2", "1e3, 1000", "16Ei, 9223372036854775807"})
    void otherAmountsAreInUnitsRoundedUp(String quantity, long expected) {
        assertThat(ResourceVector.amount("memory", new Quantity(quantity))).isEqualTo(expected);
    }

    @Test
    void containersAddUpAndInitContainersSetAFloor() {
        var info = PodInfo.of(
                pod(
                        "p",
                        Map.of("cpu", "1"),
                        more -> more.editSpec()
                                .addToContainers(container("second", "500m", null))
                                .addToInitContainers(container("init", "2", null))
                                .endSpec()),
                NAMES);
        assertThat(cpu(info)).isEqualTo(2000);
    }

    /** KEP-753: an init container runs beside the sidecars before it: 1 + 2 = 3 cores; later 1 + 1 = 2. */
    @Test
    void sidecarsRunBesideEverythingThatComesAfterThem() {
        var info = PodInfo.of(
                pod(
                        "p",
                        Map.of("cpu", "1"),
                        more -> more.editSpec()
                                .addToInitContainers(container("sidecar", "1", "Always"), container("init", "2", null))
                                .endSpec()),
                NAMES);
        assertThat(cpu(info)).isEqualTo(3000);
    }

    @Test
    void requestsOfThePodTakeThePlaceOfTheSumAndOverheadComesOnTop() {
        var info = PodInfo.of(
                pod(
                        "p",
                        Map.of("cpu", "1", "memory", "1Gi"),
                        more -> more.editSpec()
                                .withNewResources()
                                .addToRequests("cpu", new Quantity("3"))
                                .endResources()
                                .addToOverhead("cpu", new Quantity("100m"))
                                .endSpec()),
                NAMES);
        assertThat(cpu(info)).isEqualTo(3100);
        assertThat(info.requests().amountOf(ResourceNames.MEMORY)).isEqualTo(1L << 30);
    }

    @Test
    void aContainerBeingResizedCountsWithTheLargest() {
        var info = PodInfo.of(
                pod(
                        "p",
                        Map.of("cpu", "1"),
                        more -> more.withNewStatus()
                                .addNewContainerStatus()
                                .withName("main")
                                .addToAllocatedResources("cpu", new Quantity("2"))
                                .withNewResources()
                                .addToRequests("cpu", new Quantity("1500m"))
                                .endResources()
                                .endContainerStatus()
                                .endStatus()),
                NAMES);
        assertThat(cpu(info)).isEqualTo(2000);
    }

    @Test
    void everyPodTakesAPlaceAndATypicalAmountWhereItStatesNone() {
        var info = PodInfo.of(pod("p", Map.of("cpu", "1"), more -> more), NAMES);
        assertThat(info.requests().amountOf(ResourceNames.PODS)).isEqualTo(1);
        assertThat(info.requests().amountOf(ResourceNames.MEMORY)).isZero();
        assertThat(info.nonZeroRequests().amountOf(ResourceNames.CPU)).isEqualTo(1000);
        assertThat(info.nonZeroRequests().amountOf(ResourceNames.MEMORY)).isEqualTo(200L << 20);
    }

    @Test
    void imagesHaveATag() {
        assertThat(ImageNames.withTag("app")).isEqualTo("app:latest");
        assertThat(ImageNames.withTag("host:5000/app")).isEqualTo("host:5000/app:latest");
        assertThat(ImageNames.withTag("host:5000/app:1")).isEqualTo("host:5000/app:1");
    }
}
