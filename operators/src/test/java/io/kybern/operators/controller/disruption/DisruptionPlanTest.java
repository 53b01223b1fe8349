package io.kybern.operators.controller.disruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.kybern.operators.controller.disruption.DisruptionPlan.Expected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisruptionPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    private static PodDisruptionBudgetBuilder budget() {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("b")
                .withGeneration(3L)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("a", "b")
                .endSelector()
                .endSpec();
    }

    private static PodDisruptionBudget least(IntOrString value) {
        return budget().editSpec().withMinAvailable(value).endSpec().build();
    }

    private static Pod pod(String name, boolean ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("a", "b")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void expectationsComeFromTheBudgetAndTheOwners() throws Exception {
        List<Pod> pods = List.of(pod("x", true), pod("y", true));
        assertThat(DisruptionPlan.expected(least(new IntOrString(1)), pods, p -> 9))
                .isEqualTo(new Expected(2, 1));
        assertThat(DisruptionPlan.expected(least(new IntOrString("30%")), pods, p -> 4))
                .isEqualTo(new Expected(4, 2));
        PodDisruptionBudget most = budget().editSpec()
                .withMaxUnavailable(new IntOrString("25%"))
                .endSpec()
                .build();
        assertThat(DisruptionPlan.expected(most, pods, p -> 5)).isEqualTo(new Expected(5, 3));
        assertThatThrownBy(() -> DisruptionPlan.expected(least(new IntOrString("a")), pods, p -> 4))
                .isInstanceOf(DisruptionPlan.UnknownScaleException.class);
    }

    @Test
    void onlyHealthyPodsBeyondThoseWantedMayGo() {
        PodDisruptionBudgetStatus status = DisruptionPlan.status(
                least(new IntOrString(1)),
                List.of(pod("x", true), pod("y", true), pod("z", false)),
                new Expected(3, 1),
                Map.of(),
                NOW);
        assertThat(status.getCurrentHealthy()).isEqualTo(2);
        assertThat(status.getDisruptionsAllowed()).isEqualTo(1);
        assertThat(status.getObservedGeneration()).isEqualTo(3);
        assertThat(status.getConditions().getFirst().getReason()).isEqualTo("SufficientPods");
        PodDisruptionBudgetStatus none =
                DisruptionPlan.status(least(new IntOrString(1)), List.of(), new Expected(0, 1), Map.of(), NOW);
        assertThat(none.getDisruptionsAllowed()).isZero();
        assertThat(none.getConditions().getFirst().getReason()).isEqualTo("InsufficientPods");
    }

    @Test
    void evictedPodsDontCountUntilTheyShouldBeGone() {
        PodDisruptionBudget budget = budget().withNewStatus()
                .addToDisruptedPods("x", "2026-01-01T00:09:00Z")
                .addToDisruptedPods("y", "2026-01-01T00:07:00Z")
                .addToDisruptedPods("gone", "2026-01-01T00:09:30Z")
                .endStatus()
                .build();
        List<Pod> pods = List.of(pod("x", true), pod("y", true));
        Map<String, String> disrupted = DisruptionPlan.disrupted(budget, pods, NOW);
        assertThat(disrupted).containsOnlyKeys("x");
        assertThat(DisruptionPlan.recheck(disrupted, NOW)).contains(Duration.ofMinutes(1));
        assertThat(DisruptionPlan.status(budget, pods, new Expected(2, 0), disrupted, NOW)
                        .getCurrentHealthy())
                .isEqualTo(1);
    }

    @Test
    void aSelectorThatSaysNothingGuardsAllPods() {
        PodDisruptionBudget all =
                budget().editSpec().withNewSelector().endSelector().endSpec().build();
        PodDisruptionBudget none =
                budget().editSpec().withSelector(null).endSpec().build();
        assertThat(DisruptionController.guards(all, pod("x", true))).isTrue();
        assertThat(DisruptionController.guards(none, pod("x", true))).isFalse();
        assertThat(DisruptionController.guards(budget().build(), pod("x", true)))
                .isTrue();
    }
}
