package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static io.kybern.operators.scheduler.plugin.InterPodAffinityTest.zoned;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PodTopologySpreadTest {
    private static final List<String> SKEWED = List.of("node(s) didn't match pod topology spread constraints");

    private final PodTopologySpread plugin = new PodTopologySpread();
    private final NodeCache cluster = Filters.cluster(zoned("a", "a"), zoned("b", "b"), nodeInfo("x"));

    private static PodInfo spread(
            String name, String action, UnaryOperator<TopologySpreadConstraintBuilder> constraint) {
        TopologySpreadConstraint built = constraint
                .apply(new TopologySpreadConstraintBuilder()
                        .withMaxSkew(1)
                        .withTopologyKey("zone")
                        .withWhenUnsatisfiable(action)
                        .withNewLabelSelector()
                        .addToMatchLabels("app", "web")
                        .endLabelSelector())
                .build();
        return podInfo(
                name,
                Map.of(),
                pod -> pod.editMetadata()
                        .addToLabels("app", "web")
                        .addToLabels("version", name)
                        .endMetadata()
                        .editSpec()
                        .withTopologySpreadConstraints(built)
                        .endSpec());
    }

    private static PodInfo hard(String name) {
        return spread(name, "DoNotSchedule", constraint -> constraint);
    }

    @Test
    void noDomainGetsFurtherAheadThanMaxSkew() {
        cluster.assume(hard("one"), "a");
        assertThat(Filters.ask(plugin, hard("two"), cluster.snapshot()))
                .isEqualTo(Map.of(
                        "a", SKEWED, "b", List.of(), "x", List.of(SKEWED.getFirst() + " (missing required label)")));
        cluster.assume(hard("two"), "b");
        assertThat(Filters.ask(plugin, hard("three"), cluster.snapshot()))
                .containsEntry("a", List.of())
                .containsEntry("b", List.of());
        assertThat(Filters.ask(
                        plugin,
                        spread("three", "DoNotSchedule", constraint -> constraint.withMaxSkew(2)),
                        cluster.snapshot()))
                .containsEntry("a", List.of());
    }

    @Test
    void withTooFewDomainsAnEmptyOneIsImagined() {
        cluster.assume(hard("one"), "a");
        cluster.assume(hard("two"), "b");
        assertThat(Filters.ask(
                        plugin,
                        spread("three", "DoNotSchedule", constraint -> constraint.withMinDomains(3)),
                        cluster.snapshot()))
                .containsEntry("a", SKEWED)
                .containsEntry("b", SKEWED);
    }

    @Test
    void onlyPodsWithTheSameValueOfMatchLabelKeysCount() {
        cluster.assume(hard("one"), "a");
        assertThat(Filters.ask(
                        plugin,
                        spread("two", "DoNotSchedule", constraint -> constraint.withMatchLabelKeys("version")),
                        cluster.snapshot()))
                .containsEntry("a", List.of());
    }

    @Test
    void softConstraintsPreferTheEmptierDomain() {
        cluster.assume(hard("one"), "a");
        var scores =
                Filters.score(plugin, spread("two", "ScheduleAnyway", constraint -> constraint), cluster.snapshot());
        assertThat(scores).isEqualTo(Map.of("a", 0L, "b", 100L, "x", 0L));
        assertThat(Filters.score(plugin, hard("two"), cluster.snapshot())).isEmpty();
    }

    @Test
    void wakesWhenAPodThatCountsGoes() {
        assertThat(plugin.mayHelp(
                        new PodEvent(
                                Kind.POD_DELETE, Optional.empty(), hard("one").onNode("a")),
                        hard("two")))
                .isTrue();
        assertThat(plugin.mayHelp(
                        new PodEvent(
                                Kind.POD_DELETE,
                                Optional.empty(),
                                podInfo("other").onNode("a")),
                        hard("two")))
                .isFalse();
    }
}
