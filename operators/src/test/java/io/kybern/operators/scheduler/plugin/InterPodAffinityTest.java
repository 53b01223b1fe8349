package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class InterPodAffinityTest {
    private final InterPodAffinity plugin =
            new InterPodAffinity(namespace -> namespace.equals("ns") ? Map.of("team", "a") : Map.of());
    private final NodeCache cluster =
            Filters.cluster(zoned("a1", "a"), zoned("a2", "a"), zoned("b1", "b"), nodeInfo("x"));

    static NodeInfo zoned(String name, String zone) {
        return nodeInfo(
                name,
                "4",
                "8Gi",
                node -> node.editMetadata().addToLabels("zone", zone).endMetadata());
    }

    private static PodInfo pod(String name, String app, UnaryOperator<AffinityBuilder> affinity) {
        return podInfo(
                name,
                Map.of(),
                pod -> pod.editMetadata()
                        .addToLabels("app", app)
                        .endMetadata()
                        .editSpec()
                        .withAffinity(affinity.apply(new AffinityBuilder()).build())
                        .endSpec());
    }

    private static PodAffinityTerm sameZoneAs(String app) {
        return new PodAffinityTermBuilder()
                .withTopologyKey("zone")
                .withLabelSelector(
                        new LabelSelectorBuilder().addToMatchLabels("app", app).build())
                .build();
    }

    private static PodInfo near(String name, String app, PodAffinityTerm term) {
        return pod(
                name,
                app,
                affinity -> affinity.withNewPodAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term)
                        .endPodAffinity());
    }

    private static PodInfo far(String name, String app, PodAffinityTerm term) {
        return pod(
                name,
                app,
                affinity -> affinity.withNewPodAntiAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term)
                        .endPodAntiAffinity());
    }

    private static PodInfo plain(String name, String app) {
        return pod(name, app, affinity -> affinity);
    }

    @Test
    void nearMeansInTheSameDomain() {
        cluster.assume(plain("db", "db"), "a1");
        var refused = List.of("node(s) didn't match pod affinity rules");
        assertThat(Filters.ask(plugin, near("web", "web", sameZoneAs("db")), cluster.snapshot()))
                .isEqualTo(Map.of("a1", List.of(), "a2", List.of(), "b1", refused, "x", refused));
    }

    @Test
    void theFirstOfAGroupMayGoToAnyDomain() {
        var refused = List.of("node(s) didn't match pod affinity rules");
        assertThat(Filters.ask(plugin, near("web", "web", sameZoneAs("web")), cluster.snapshot()))
                .isEqualTo(Map.of("a1", List.of(), "a2", List.of(), "b1", List.of(), "x", refused));
        assertThat(Filters.ask(plugin, near("web", "web", sameZoneAs("db")), cluster.snapshot()))
                .containsEntry("a1", refused);
    }

    @Test
    void farMeansInAnotherDomain() {
        cluster.assume(plain("db", "db"), "a1");
        var refused = List.of("node(s) didn't match pod anti-affinity rules");
        assertThat(Filters.ask(plugin, far("web", "web", sameZoneAs("db")), cluster.snapshot()))
                .isEqualTo(Map.of("a1", refused, "a2", refused, "b1", List.of(), "x", List.of()));
    }

    @Test
    void podsThatRunAlreadyAreHeardToo() {
        cluster.assume(far("db", "db", sameZoneAs("web")), "b1");
        var refused = List.of("node(s) didn't satisfy existing pods anti-affinity rules");
        assertThat(Filters.ask(plugin, plain("web", "web"), cluster.snapshot()))
                .isEqualTo(Map.of("a1", List.of(), "a2", List.of(), "b1", refused, "x", List.of()));
        assertThat(Filters.ask(plugin, plain("other", "other"), cluster.snapshot()))
                .containsEntry("b1", List.of());
    }

    @Test
    void namespacesAreNamedOrSelected() {
        cluster.assume(plain("db", "db"), "a1");
        var elsewhere = new PodAffinityTermBuilder(sameZoneAs("db"))
                .withNamespaces("elsewhere")
                .build();
        assertThat(Filters.ask(plugin, far("web", "web", elsewhere), cluster.snapshot()))
                .containsEntry("a1", List.of());
        var byLabel = new PodAffinityTermBuilder(elsewhere)
                .withNewNamespaceSelector()
                .addToMatchLabels("team", "a")
                .endNamespaceSelector()
                .build();
        assertThat(Filters.ask(plugin, far("web", "web", byLabel), cluster.snapshot())
                        .get("a1"))
                .isNotEmpty();
    }

    @Test
    void preferencesAddUp() {
        cluster.assume(plain("db", "db"), "a1");
        var pod = pod(
                "web",
                "web",
                affinity -> affinity.withNewPodAffinity()
                        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                        .withWeight(10)
                        .withPodAffinityTerm(sameZoneAs("db"))
                        .endPreferredDuringSchedulingIgnoredDuringExecution()
                        .endPodAffinity());
        assertThat(Filters.score(plugin, pod, cluster.snapshot()))
                .isEqualTo(Map.of("a1", 100L, "a2", 100L, "b1", 0L, "x", 0L));
        assertThat(Filters.score(plugin, plain("other", "other"), cluster.snapshot()))
                .isEmpty();
    }

    @Test
    void wakesForThePodThatWasMissed() {
        var pod = near("web", "web", sameZoneAs("db"));
        var came =
                new PodEvent(Kind.POD_ADD, Optional.empty(), plain("db", "db").onNode("a1"));
        assertThat(plugin.mayHelp(came, pod)).isTrue();
        assertThat(plugin.mayHelp(came, near("web", "web", sameZoneAs("cache"))))
                .isFalse();
        var gone = new PodEvent(
                Kind.POD_DELETE, Optional.empty(), plain("db", "db").onNode("a1"));
        assertThat(plugin.mayHelp(gone, far("web", "web", sameZoneAs("db")))).isTrue();
        assertThat(plugin.mayHelp(gone, pod)).isFalse();
    }
}
